import type { What } from "#contracts/desk_action.ts";
import type { Database } from "#runtime/postgres/database.ts";
import type { KafkaClient } from "#kafka/port.ts";
import { type Range, rangesOf, recordsOf } from "../actions/offsets.ts";
import type { ActionLog, By } from "../actions/action_log.ts";
import { type Job, jobOf } from "../queries/jobs.ts";
import type { ReplayMetrics } from "../metrics.ts";
import { nextRecords, type Sending } from "./next_records.ts";
import { Outcomes } from "./outcomes.ts";

/** What the desk does by itself. */
export const itself: By = { subject: "dead-letter-desk", via: "desk" };

/** The first steps, each of which waits for the outcomes of the one before; then the rest, by so many at once. */
const RAMP = [1, 10, 100, 1_000] as const;
const AT_ONCE = 4_000;

/** Of the rest so many steps may wait for their outcomes together. */
const MOST_WAITING = 3;

/** Of fewer outcomes than these a share says little: one of one is not all. */
const LEAST_SHARED = 10;

type RunDeps = {
  readonly log: ActionLog;
  readonly kafka: Pick<KafkaClient, "read">;
  readonly database: Pick<Database, "use">;
  readonly deadLetterTopic: string;
  readonly outputTopics: readonly string[];
  readonly quarantineAfter: number;
  readonly outcomes: Outcomes;
  readonly metrics: Pick<ReplayMetrics, "ended">;
  /** Milliseconds that only go on. */
  readonly clockMs: () => number;
};

/** A job that runs in this process: its steps, one at a time. */
export class JobRun {
  readonly #deps: RunDeps;
  readonly #job: string;
  #mayNextMs = 0;

  constructor(job: string, deps: RunDeps) {
    this.#job = job;
    this.#deps = deps;
  }

  /** What it waits for; undefined if for nothing. */
  waitsFor(): string | undefined {
    return this.#deps.outcomes.waitsFor;
  }

  /** Takes note of what an earlier process has sent. */
  async resume(): Promise<void> {
    const { database, outcomes, deadLetterTopic } = this.#deps;
    const rows = await database.use((sql) =>
      sql<
        { partition: number; offset: string; service: string; topic: string }[]
      >`
        select r.partition, r."offset", coalesce(c.service, j.replay_for, '') as service,
          coalesce(l.source_topic, u.source_topic, j.topic) as topic
        from job_records r join jobs j on j.id = r.job
          left join letters l on j.topic = ${deadLetterTopic} and l.partition = r.partition and l."offset" = r."offset"
          left join causes c on c.id = l.cause
          left join unmapped u on j.of = 'unmapped' and u.partition = r.partition and u."offset" = r."offset"
        where r.job = ${this.#job} and r.state = 'sent'`
    );
    const byTarget = Map.groupBy(
      rows,
      ({ service, topic }) => `${service} ${topic}`,
    );
    await outcomes.sent(
      [...byTarget.values()].map((its) => ({
        service: its[0]?.service ?? "",
        topic: its[0]?.topic ?? "",
        positions: its.map(({ partition, offset }) => ({
          partition,
          offset: Number(offset),
        })),
      })),
    );
  }

  /**
   * Does what can be done now.
   *
   * @returns whether anything was done: if not, it is waited a little
   * @throws {TransientError} if Kafka or the database is away: nothing is lost, and it is tried again
   */
  async step(): Promise<boolean> {
    const { database, outcomes } = this.#deps;
    const hasSettled = await outcomes.look(this.#job);
    if (hasSettled) await this.#quarantine();
    const job = await jobOf(database, this.#job);
    if (job === undefined) return false;
    if (hasSettled && await this.#stopIfTooMany(job)) return true;
    if (job.state !== "running") return hasSettled;
    if (job.outcomes.waiting === 0) {
      await this.#write((now) => ({
        kind: "finish",
        job: now.job,
        outcomes: now.outcomes,
      }));
      return true;
    }
    const count = this.#nextCount(job);
    if (count === 0 || this.#deps.clockMs() < this.#mayNextMs) {
      return hasSettled;
    }
    return await this.#send(count) || hasSettled;
  }

  #nextCount({ sent, outcomes: { passed_over }, options }: Job): number {
    const { steps } = this.#deps.outcomes;
    let before = 0;
    for (const size of RAMP) {
      before += size;
      if (sent + passed_over < before) {
        return steps > 0 ? 0 : before - sent - passed_over;
      }
    }
    if (steps >= MOST_WAITING) return 0;
    return Math.min(AT_ONCE, options.rate ?? AT_ONCE);
  }

  async #send(count: number): Promise<boolean> {
    const { log, database, kafka, outputTopics, outcomes, clockMs } =
      this.#deps;
    let sending: Sending | undefined;
    let rate: number | null = null;
    const isWritten = await log.write(itself, async () => {
      sending = undefined;
      // Somebody may have told it to pause while it waited for its turn.
      const job = await jobOf(database, this.#job);
      if (job?.state !== "running") return undefined;
      rate = job.options.rate;
      sending = await nextRecords(
        { database, kafka, topics: outputTopics },
        job,
        count,
      );
      return sending;
    });
    if (sending === undefined) return isWritten;
    const { byService, sent, passedOver } = sending as Sending;
    if (isWritten) this.#deps.metrics.ended({ passed_over: passedOver });
    if (rate !== null) {
      this.#mayNextMs = Math.max(clockMs(), this.#mayNextMs) +
        (sent / rate) * 1_000;
    }
    await outcomes.sent(
      [...byService].map(([service, its]) => ({ service, ...its })),
    );
    return isWritten;
  }

  /** A share that fails again says that what was to be mended is not. */
  async #stopIfTooMany({ state, options, outcomes }: Job): Promise<boolean> {
    if (state !== "running") return false;
    const { passed, dead_again, unmapped_again } = outcomes;
    const failed = dead_again + unmapped_again;
    const known = passed + failed;
    const allowed = options.stop_above *
      Math.max(known, LEAST_SHARED);
    if (failed <= allowed) return false;
    await this.#write((now) => ({
      kind: "control",
      job: now.job,
      to: "pause",
      reason: `${failed} of ${known} ${
        unmapped_again > 0 ? "failed again or stayed unmapped" : "failed again"
      }, more than ${100 * options.stop_above} %`,
    }));
    return true;
  }

  /** What has failed again too often is not taken by the next replay of its cause. */
  async #quarantine(): Promise<void> {
    const { log, deadLetterTopic, quarantineAfter } = this.#deps;
    // There are mostly none, and the log is others' meanwhile.
    if ((await this.#failedTooOften()).length === 0) return;
    await log.write(itself, async () => {
      const ranges = await this.#failedTooOften();
      if (ranges.length === 0) return undefined;
      return {
        actions: [{
          kind: "quarantine",
          records: recordsOf(deadLetterTopic, ranges),
          reason: `failed again ${quarantineAfter} times`,
        }],
      };
    });
  }

  async #failedTooOften(): Promise<Range[]> {
    const { database, quarantineAfter } = this.#deps;
    const rows = await database.use((sql) =>
      sql<{ partition: number; offset: string }[]>`
        select partition, "offset" from letters
        where replay_job = ${this.#job} and state = 'open' and replay_nth >= ${quarantineAfter}
        order by 1, 2 limit 10000`
    );
    return rangesOf(
      rows.map(({ partition, offset }) => ({
        partition,
        offset: Number(offset),
      })),
    );
  }

  async #write(action: (now: Job) => What): Promise<void> {
    const { log, database } = this.#deps;
    await log.write(itself, async () => {
      const now = await jobOf(database, this.#job);
      return now?.state === "running" ? { actions: [action(now)] } : undefined;
    });
  }
}
