/**
 * How fast consumers work through what waits in a topic. Read off the positions that their group commits,
 * so that it can be asked of any consumer, in any language.
 *
 * @module
 */
import { join } from "node:path";
import type { KafkaAdmin } from "#kafka/port.ts";
import { lastWords } from "#processes/log_tail.ts";
import type { Job } from "#processes/supervisor.ts";
import type { Bench } from "./bench.ts";
import { serverProcesses, withJobs } from "./jobs.ts";
import { doneOf, finishedBy, Progress, recordsPerSecond } from "./progress.ts";
import { measureUsage, type Usage } from "./usage.ts";

const LOOK_EVERY_MS = 100;
/** Longer than Java takes to start on a busy machine, and than a group waits for a member that is gone. */
const GIVE_UP_AFTER_MS = 90_000;
/** So much of a backlog passes before it counts: starting, joining, and a runtime's first compiling. */
const LEAD = 1 / 10;

export type Consumer = {
  /** Together they are the group. */
  readonly jobs: readonly Job[];
  readonly group: string;
  readonly topic: string;
};

/** Costs are absent if the system keeps no account of them. */
export type Drained = {
  readonly recordsPerSecond: number;
  /** Of the consumer's processes together. */
  readonly cost?: Cost;
  readonly broker?: Cost;
  readonly database?: Cost;
};

export type Cost = {
  readonly cpuSecondsPerMillion: number;
  readonly peakMegabytes: number;
};

/**
 * Starts a consumer and measures it from when a tenth of the records is finished, and all its jobs have
 * joined, until all records are. A record is finished when its group's position is past it.
 *
 * @param records how many are drained: all there are if it is left out
 * @throws {Error} if nothing is finished for a while, or all of it at once
 * @throws what `withJobs` throws
 */
export async function drain(
  bench: Pick<Bench, "home" | "stopping" | "servers">,
  admin: KafkaAdmin,
  { jobs, group, topic }: Consumer,
  { records = Infinity }: { readonly records?: number } = {},
): Promise<Drained> {
  const ends = await admin.endOffsets(topic);
  const wanted = Math.min(records, doneOf(ends, ends));
  const over = new AbortController();
  const progress = new Progress({
    finished: () => finishedBy(admin, { group, topic, ends }),
    everyMs: LOOK_EVERY_MS,
    giveUpAfterMs: GIVE_UP_AFTER_MS,
    explain: () => lastWordsOf(bench, jobs),
    stopping: over.signal,
  });
  const isWhole = async () =>
    jobs.length === 1 || await admin.members(group) >= jobs.length;
  try {
    return await withJobs(bench, jobs.map(launched), async (pids) => {
      const servers = await serverProcesses(bench);
      const first = await progress.until(wanted * LEAD, isWhole);
      const { value: last, usage } = await measureUsage(
        { ...pids, ...servers },
        () => progress.until(wanted),
      );
      const costs = (names: readonly string[]) =>
        costOf(usage, names, last.done - first.done);
      return {
        recordsPerSecond: recordsPerSecond(first, last),
        cost: costs(jobs.map(({ name }) => name)),
        broker: costs(["kafka"]),
        database: costs(["postgres"]),
      };
    });
  } finally {
    over.abort();
  }
}

/** Looked at from its launch on: one that says it is ready may have finished half of a small backlog. */
function launched(job: Job): Job {
  return { ...job, isReady: () => Promise.resolve(true) };
}

async function lastWordsOf(
  { home }: Pick<Bench, "home">,
  jobs: readonly Job[],
): Promise<string> {
  const all = await Promise.all(
    jobs.map(async ({ name }) =>
      `${name} said last: ${await lastWords(join(home.logs, `${name}.log`))}`
    ),
  );
  return all.join("; ");
}

/** What processes cost together; nothing if one of them was not measured. */
export function costOf(
  usage: Readonly<Record<string, Usage>>,
  names: readonly string[],
  records: number,
): Cost | undefined {
  const found = names.flatMap((name) => usage[name] ?? []);
  if (found.length < names.length) return undefined;
  const sum = (of: (one: Usage) => number) =>
    found.reduce((total, one) => total + of(one), 0);
  return {
    cpuSecondsPerMillion: sum(({ cpuSeconds }) => cpuSeconds) / records *
      1_000_000,
    peakMegabytes: sum(({ peakBytes }) => peakBytes) / 1_000_000,
  };
}
