import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { sleep } from "#runtime/backoff.ts";
import { moveLeader } from "#kit/kafka/kafkajs/election.ts";
import { Supervisor } from "#processes/supervisor.ts";
import { openTemporaryHome } from "#local/temporary_home.ts";
import { Chaos } from "./chaos.ts";
import { holdElections, planElections } from "./elections.ts";
import { type Audit, runAudit } from "./audit.ts";
import { recoveryOf } from "./recovery.ts";
import type { SoakOptions, SoakResult, UnexpectedEnd } from "./result.ts";
import { type Sampler, startSampler } from "./sampler.ts";
import { planFaults, targetsOf } from "./schedule.ts";
import { startStack } from "./stack.ts";
import { describeMachine, readVersions } from "#report/machine.ts";
import { describeMoment, timeOf } from "./soak_table.ts";
import { startTraffic } from "./soak_load.ts";
import { failuresOf, judgeMemory, memoryBound } from "./judge_soak.ts";

const SAY_EVERY_MS = 10_000;
/**
 * Events that are there before the workers are, as after a deploy. A heap keeps what the largest batch so
 * far took, so a process that meets its largest batches late would seem to grow.
 */
const BACKLOG = 5_000;
/** For everything accepted to be finished, once the load has stopped. */
const FINISH_WITHIN_MS = 120_000;

export type SoakContext = {
  /** As it was typed. */
  readonly command: string;
  /** Folder for the logs of the processes. */
  readonly logs: string;
  readonly say: (line: string) => void;
  /** Ends the run early; what it has so far is still returned. */
  readonly stopping: AbortSignal;
};

/**
 * Runs the whole stack under load and chaos and says what that has shown. Whatever happens, nothing is
 * left running.
 *
 * @returns undefined if it was stopped before any load was sent
 * @throws {StartError} if the stack does not start
 */
export async function soak(
  options: SoakOptions,
  { command, logs, say, stopping }: SoakContext,
): Promise<SoakResult | undefined> {
  const { minutes, rate, brokers } = options;
  await using closing = new AsyncDisposableStack();
  const temporary = await openTemporaryHome("eventflow-soak-");
  closing.defer(temporary.remove);
  await mkdir(logs, { recursive: true });
  const home = { ...temporary.home, logs };

  let began = performance.now();
  const clock = () => (performance.now() - began) / 1_000;
  const sayNow = (line: string) => say(`${timeOf(clock())}  ${line}`);
  const unexpectedEnds: UnexpectedEnd[] = [];
  const supervisor: Supervisor = new Supervisor({
    home,
    say: () => {},
    ended(name, how) {
      if (chaos.hasEnded(name)) return;
      unexpectedEnds.push({ seconds: clock(), name, how });
      sayNow(`${name} ended by itself (${how}) and is restarted`);
    },
  });
  const chaos = new Chaos({ supervisor, clock, say: sayNow });
  closing.defer(() => supervisor.stop());
  const stack = await startStack({
    brokers,
    home,
    supervisor,
    say,
    stopping,
  });
  if (stopping.aborted) return undefined;
  const { env, urls, isReady, mayBreak } = stack;

  const schedule = planFaults(options);
  const elections = planElections(options);
  const accepted = join(home.root, "accepted.txt");
  const intakes = ["intake", "intake-2"];
  const traffic = closing.use(startTraffic({
    intakes: intakes.map((name) => urls[name] ?? ""),
    rate,
    accepted,
    onAccepted(url, sentMs) {
      const intake = intakes.find((name) => urls[name] === url) ?? "";
      chaos.accepted(intake, (sentMs - began) / 1_000);
    },
  }));
  say(`Sending ${BACKLOG} events, and starting two of every worker …`);
  while (traffic.counts.accepted < BACKLOG && !stopping.aborted) {
    await sleep(100, stopping);
  }
  traffic.slowDown();
  if (!stopping.aborted) await stack.startWorkers();
  if (stopping.aborted) return undefined;

  const startedAt = new Date().toISOString();
  began = performance.now();
  const sampler = closing.use(
    await startSampler({
      env,
      supervisor,
      targets: targetsOf(brokers),
      clock,
      accepted: () => traffic.statuses.get(202) ?? 0,
    }),
  );
  const progress = setInterval(
    () => sayNow(describeMoment(sampler.samples, chaos.current)),
    SAY_EVERY_MS,
  );
  closing.defer(() => clearInterval(progress));

  const breaking = chaos.run(schedule, { isReady, mayBreak, stopping });
  const isOver = new AbortController();
  const electing = holdElections(elections, {
    clock,
    say: sayNow,
    over: AbortSignal.any([isOver.signal, stopping]),
    move: (place) => moveLeader(stack.brokers, place),
  });
  await sleep(minutes * 60_000, stopping);
  isOver.abort();
  await breaking;
  const seconds = clock();
  let unfinished: string[] = [];
  let audit: Audit = {
    kind: "silent",
    why: "The audit was not run: the run was stopped.",
  };
  if (!stopping.aborted) {
    sayNow("The load stops; what is under way is finished …");
    unfinished = await untilFinished(sampler, traffic.stop(), stopping);
    sayNow("Running the audit …");
    audit = await runAudit({ env, accepted });
  }
  const samples = [...sampler.samples];
  const result = {
    ...options,
    command,
    startedAt,
    seconds,
    machine: describeMachine(),
    versions: await readVersions(home),
    interrupted: stopping.aborted,
    schedule,
    faults: chaos.faults.map((fault) => ({
      ...fault,
      ...recoveryOf(fault, samples, rate),
    })),
    plannedElections: elections.length,
    elections: await electing,
    samples,
    statuses: Object.fromEntries(traffic.statuses),
    events: {
      ...traffic.counts,
      rows: await sampler.countRows().catch(() => undefined),
    },
    unfinished,
    unexpectedEnds,
    memory: judgeMemory(samples, minutes),
    memoryBound: memoryBound(minutes),
    audit,
  };
  clearInterval(progress);
  sayNow("Stopping the stack …");
  return { ...result, failures: failuresOf(result) };
}

/** @returns who had not finished in time: groups, and the intake if it did not accept all events */
async function untilFinished(
  sampler: Sampler,
  delivered: Promise<void>,
  stopping: AbortSignal,
): Promise<string[]> {
  const deadline = AbortSignal.any([
    AbortSignal.timeout(FINISH_WITHIN_MS),
    stopping,
  ]);
  let isDelivered = false;
  delivered.then(() => isDelivered = true);
  let unfinished: string[] = ["intake"];
  while (unfinished.length > 0 && !deadline.aborted) {
    unfinished = isDelivered
      ? await sampler.unfinished().catch(() => ["the broker"])
      : ["intake"];
    await sleep(1_000, deadline);
  }
  return unfinished;
}
