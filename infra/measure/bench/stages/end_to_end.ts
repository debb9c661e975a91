import type { Bench, Figure, Stage } from "../bench.ts";
import { type Broker, freshId, openBroker } from "../broker.ts";
import { type Subject, takeTurns } from "../comparison.ts";
import { migratedDatabase } from "../migrated_database.ts";
import { serverProcesses } from "../jobs.ts";
import { recordLatency } from "../latency.ts";
import type { LoadResult } from "../load/options.ts";
import { type Load, type Pipeline, withPipeline } from "../pipeline.ts";
import { EVENTFLOW } from "../result.ts";
import { storedLatency, untilStored } from "../stored_events.ts";
import { measureUsage, type Usage } from "../usage.ts";
import { withoutTransactions } from "../worker.ts";

/** The rate at which latency has its goals, and at which one without transactions is measured. */
const USUAL_RATE = 500;
const RATES = [100, USUAL_RATE, 1_000, 2_000];
/** Memory and processor time are told of the highest rates: of the lowest they are mostly idling's. */
const COSTLY_RATES = 3;
/** Before anything is measured: a runtime compiles what it runs often. */
const WARM_UP = 5_000;
/** Seconds of load at a rate before what is measured at that rate. */
const LEAD_SECONDS = 2;
/** A rate whose last row comes later than this after its last answer was not kept up with. */
const KEPT_UP_MS = 5_000;

const latencyGoals = [["latency p50", 40], ["latency p99", 150]] as const;
const services = ["intake", "validator", "analytics", "persistence"];

export const endToEnd: Stage = {
  name: "end-to-end",
  method:
    "Intake, validator, analytics and persistence run, one of each. Signed events are due at a steady rate for 15 s (quick: 8 s), whatever the answers do; an event's latency is from when it was due to when its row was committed, by the database's own clock. With transactions off, a validator that writes and then commits, at least once, takes the place of ours. Processor time is from the first event, 2 s of warm-up among them, to the last row.",
  async run(bench) {
    aim(bench);
    await using broker = await openBroker(bench);
    await using closing = new AsyncDisposableStack();
    const subjects: Subject[] = [];
    for (const checkout of bench.checkouts) {
      const database = closing.use(await migratedDatabase(bench, checkout));
      const comparison = { bench, pipeline: { checkout, database } };
      const name = checkout.subject;
      subjects.push({
        name,
        go: () => measure({ ...comparison, name }, broker, ratesOf(bench)),
      });
      if (name === EVENTFLOW && !bench.isQuick) {
        subjects.push(transactionsOff(comparison, broker));
      }
    }
    await takeTurns(bench, subjects);
  },
};

function transactionsOff(
  { bench, pipeline }: Omit<Comparison, "name">,
  broker: Broker,
): Subject {
  const { subject: name, script } = withoutTransactions;
  const comparison = {
    bench,
    name,
    pipeline: { ...pipeline, validator: script },
  };
  return { name, go: () => measure(comparison, broker, [USUAL_RATE]) };
}

function ratesOf({ isQuick }: Pick<Bench, "isQuick">): readonly number[] {
  return isQuick ? [USUAL_RATE] : RATES;
}

function aim({ record, isQuick }: Bench): void {
  const at = `${USUAL_RATE} events per second`;
  for (const [figure, atMost] of latencyGoals) {
    const stage = "end-to-end";
    record.aim({ stage, figure, subject: EVENTFLOW, at, atMost });
    const to = withoutTransactions.subject;
    record.compare({ stage, figure, at, of: EVENTFLOW, to });
  }
  for (const subject of services) {
    record.aim({
      stage: "end-to-end",
      figure: memory.figure,
      subject,
      at: perSecond(ratesOf({ isQuick }).at(-1) ?? USUAL_RATE),
      atMost: 150,
    });
  }
}

type Comparison = {
  readonly bench: Bench;
  readonly pipeline: Pipeline;
  /** Who is measured. */
  readonly name: string;
};

/** Runs a pipeline at one rate after the other. */
async function measure(
  comparison: Comparison,
  broker: Broker,
  rates: readonly number[],
): Promise<void> {
  const { bench, pipeline } = comparison;
  const { stopping, say } = bench;
  const { sql } = pipeline.database;
  await withPipeline(bench, broker, pipeline, async ({ pids, send }) => {
    const warmUp = freshId();
    await send({ run: warmUp, count: WARM_UP, warmUp: 0 });
    await untilStored(sql, { run: warmUp, rows: WARM_UP, stopping });
    const processes = { ...pids, ...await serverProcesses(bench) };
    for (const rate of rates) {
      stopping.throwIfAborted();
      say(`  ${perSecond(rate)} …`);
      const isCostly = rates.slice(-COSTLY_RATES).includes(rate);
      await measureAt(rate, { ...comparison, isCostly, processes, send });
    }
  });
}

async function measureAt(
  rate: number,
  { bench, pipeline: { checkout, database: { sql } }, name, ...how }:
    & Comparison
    & {
      readonly isCostly: boolean;
      readonly processes: Readonly<Record<string, number>>;
      readonly send: (load: Load) => Promise<LoadResult>;
    },
): Promise<void> {
  const { record, isQuick, stopping } = bench;
  const run = freshId();
  const count = rate * (isQuick ? 8 : 15);
  const warmUp = rate * LEAD_SECONDS;
  const { value: sent, usage } = await measureUsage(how.processes, async () => {
    const load = { run, count, perSecond: rate, warmUp };
    const { startedMs } = await how.send(load);
    const endedMs = Date.now();
    await untilStored(sql, { run, rows: count, stopping });
    return { startedMs, endedMs };
  });
  const { startedMs } = sent;
  const { latency, lastMs } = await storedLatency(sql, { run, startedMs });
  const behindMs = lastMs - sent.endedMs;
  if (behindMs > KEPT_UP_MS) {
    record.skip({
      stage: "end-to-end",
      what: `${name}, ${perSecond(rate)}`,
      why: `It was not kept up with: the last row came ${
        Math.round(behindMs / 1_000)
      } s after the last answer.`,
    });
    return;
  }
  recordLatency(record, {
    stage: "end-to-end",
    subject: name,
    x: { name: "events per second", value: rate },
  }, latency);
  if (!how.isCostly || name === withoutTransactions.subject) return;
  const suffix = checkout.subject === EVENTFLOW ? "" : `, ${name}`;
  for (const [process, cost] of Object.entries(usage)) {
    const of = { at: perSecond(rate), subject: `${process}${suffix}` };
    recordCost(bench, of, cost, count + warmUp);
  }
}

function recordCost(
  { record }: Bench,
  of: Pick<Figure, "at" | "subject">,
  { cpuSeconds, peakBytes }: Usage,
  events: number,
): void {
  record.add({ ...memory, ...of }, peakBytes / 1_000_000);
  record.add({ ...cpu, ...of }, cpuSeconds * 1_000_000 / events);
}

function perSecond(rate: number): string {
  return `${rate.toLocaleString("en")} events/s`;
}

const memory = {
  stage: "end-to-end",
  figure: "peak memory",
  unit: "MB",
  better: "less",
} as const;
const cpu = {
  ...memory,
  figure: "CPU per million events",
  unit: "s",
} as const;
