import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import postgres from "postgres";
import { describeError } from "#runtime/errors.ts";
import { describeMachine, outputOf, readVersions } from "#report/machine.ts";
import { SECRET } from "#kit/provider.ts";
import { type Home, repositoryRoot, stackHome } from "#local/home.ts";
import { installMissing } from "#local/install.ts";
import { javaProgram } from "#local/kafka/java.ts";
import { databaseUrl } from "#local/postgres/server.ts";
import { serviceEnvironment } from "#local/service_jobs.ts";
import { freePorts } from "#local/settings.ts";
import { startServers } from "#local/start.ts";
import { Supervisor } from "#processes/supervisor.ts";
import { openTemporaryHome } from "#local/temporary_home.ts";
import { checkOutAgainst } from "./against.ts";
import { type Bench, Recorder, type Stage } from "./bench.ts";
import type { Checkout } from "./checkout.ts";
import type { BenchOptions } from "./options.ts";
import {
  type BenchResult,
  EVENTFLOW,
  type Measurement,
  type Ratio,
} from "./result.ts";
import { duration } from "./bench_table.ts";
import {
  circumstances,
  ratio,
  type RecordedRatio,
  regressions,
} from "./ratios.ts";

/**
 * Beyond what `deno task up` has, for all subjects alike: what a database of some 10 GB has on a machine
 * that is its own. Durability is as it is there.
 */
const postgresSettings = {
  // 128 MB by default; an index of 10,000,000 rows would be read from disk again and again.
  shared_buffers: "1GB",
  // 1 GB by default, and then a checkpoint every few seconds falls to whoever is just measured.
  max_wal_size: "4GB",
  // Tells when a row was committed, and not when its transaction began.
  track_commit_timestamp: "on",
};

export type BenchContext = {
  /** What can be measured. */
  readonly stages: readonly Stage[];
  /** As it was typed. */
  readonly command: string;
  /** Folder for the logs of the processes. */
  readonly logs: string;
  readonly recorded: readonly RecordedRatio[];
  readonly say: (line: string) => void;
  /** Ends the run early; what it has so far is still returned. */
  readonly stopping: AbortSignal;
};

/**
 * Measures the stages one after the other, against a broker and a database of their own. Whatever happens,
 * nothing is left running, and no folder but that of the logs.
 *
 * @throws {StartError|ConfigError} if the servers do not start, or there is no revision `against`
 */
export async function runBench(
  options: BenchOptions,
  { stages, command, logs, recorded, say, stopping }: BenchContext,
): Promise<BenchResult> {
  const began = Date.now();
  const chosen = stages.filter(({ name }) => options.stages.includes(name));
  const record = new Recorder();
  const failures: string[] = [];
  const versions: Record<string, string> = {};
  await using closing = new AsyncDisposableStack();
  try {
    const temporary = await openTemporaryHome("eventflow-bench-");
    closing.defer(temporary.remove);
    await mkdir(logs, { recursive: true });
    const home = { ...temporary.home, logs };
    const bench = await openBench(options, {
      home,
      record,
      failures,
      say,
      stopping,
      closing,
    });
    Object.assign(versions, await allVersions(bench));
    for (const stage of chosen) await runStage(stage, { bench, failures });
  } catch (error) {
    // What is under way when it is stopped breaks in one way or another.
    if (!stopping.aborted) throw error;
  }
  say("\nStopping the servers …");
  await closing.disposeAsync();
  const { ratios, ...told } = record.end();
  const allRatios = [
    ...ratios,
    ...options.against === undefined
      ? []
      : ratiosTo(options.against, told.measurements),
  ];
  return {
    command,
    startedAt: new Date(began).toISOString(),
    seconds: (Date.now() - began) / 1_000,
    machine: describeMachine(),
    versions,
    isQuick: options.quick,
    rounds: options.rounds,
    interrupted: stopping.aborted,
    methods: Object.fromEntries(
      chosen.map(({ name, method }) => [name, method]),
    ),
    ...told,
    ratios: allRatios,
    failures: [...failures, ...regressions(allRatios, recorded)],
  };
}

/** Measures a stage. One that fails is told, and the others are measured all the same. */
async function runStage(
  { name, method, run }: Stage,
  { bench, failures }: { bench: Bench; failures: string[] },
): Promise<void> {
  const { say, stopping } = bench;
  stopping.throwIfAborted();
  const began = Date.now();
  say(`\n${name}: ${method}`);
  try {
    await run(bench);
  } catch (error) {
    stopping.throwIfAborted();
    const failure = `${name} failed: ${describeError(error)}`;
    say(failure);
    failures.push(failure);
  }
  say(`It took ${duration((Date.now() - began) / 1_000)}.`);
}

/** EventFlow beside another revision of it, in every figure that both have. */
function ratiosTo(to: string, measurements: readonly Measurement[]): Ratio[] {
  return measurements.filter(({ subject }) => subject === EVENTFLOW)
    .flatMap((one) => {
      const { stage, figure } = one;
      const at = circumstances(one);
      return ratio({ measurements, stage, figure, at, of: EVENTFLOW, to }) ??
        [];
    });
}

/** Starts the servers, and checks out what EventFlow is measured beside. */
async function openBench(
  { quick, rounds, against }: BenchOptions,
  { home, record, failures, say, stopping, closing }: {
    home: Home;
    record: Recorder;
    failures: string[];
    say: (line: string) => void;
    stopping: AbortSignal;
    closing: AsyncDisposableStack;
  },
): Promise<Bench> {
  await installMissing(home, { say, stopping });
  stopping.throwIfAborted();
  const checkouts: Checkout[] = [
    { subject: EVENTFLOW, root: repositoryRoot },
  ];
  if (against !== undefined) {
    const folder = join(home.root, "against");
    const other = await checkOutAgainst(against, { folder, say, stopping });
    checkouts.push(closing.use(other));
  }
  const ports = await freePorts();
  const env = {
    ...serviceEnvironment(ports),
    EVENTFLOW_LOG_FORMAT: "json",
    PAYMENT_PROVIDER_WEBHOOK_SECRET: SECRET,
  };
  const servers = new Supervisor({
    home,
    say: () => {},
    ended: (name, how) =>
      failures.push(`${name} ended by itself (${how}) and was restarted.`),
  });
  closing.defer(() => servers.stop());
  await startServers({
    home,
    ports,
    env,
    postgresSettings,
    say,
    stopping,
    supervisor: servers,
  });
  stopping.throwIfAborted();
  return {
    home,
    ports,
    env,
    servers,
    rounds,
    checkouts,
    say,
    stopping,
    record,
    kafka: `127.0.0.1:${ports.kafka}`,
    builds: join(stackHome().root, "bench"),
    isQuick: quick,
  };
}

async function allVersions(
  { home, ports }: Bench,
): Promise<Record<string, string>> {
  const sql = postgres(databaseUrl(ports.postgres, "reader"), { max: 1 });
  try {
    const [row] = await sql<{ version: string }[]>`
      select current_setting('server_version') as version`;
    return {
      ...await readVersions(home),
      PostgreSQL: row?.version ?? "unknown",
      Java: versionIn(await outputOf(await javaProgram(), "--version")),
      Go: versionIn(await outputOf("go", "version")),
    };
  } finally {
    await sql.end();
  }
}

function versionIn(output: string): string {
  return /\d+\.\d+(\.\d+)?/.exec(output)?.[0] ?? output;
}
