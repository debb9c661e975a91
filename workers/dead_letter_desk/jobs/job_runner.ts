import { describeError } from "#runtime/errors.ts";
import { sleep } from "#runtime/backoff.ts";
import type { Log } from "#runtime/log.ts";
import type { Database } from "#runtime/postgres/database.ts";
import type { ReplayMetrics } from "../metrics.ts";
import type { JobState } from "../queries/jobs.ts";
import type { JobRun } from "./job_run.ts";

/** After a step in which nothing could be done. */
const IDLE_MS = 100;

/** How often it is looked which jobs there are. */
const LOOK_MS = 500;

const AFTER_FAILURE_MS = 1_000;

/** Runs jobs that somebody has started, each by steps, until the desk stops. Whatever a process before has begun goes on. */
export class JobRunner {
  readonly #running = new Map<string, Promise<void>>();
  readonly #why = new Map<string, string>();

  /**
   * @param run makes the run of a job
   * @param log told once why a job does not get on
   */
  constructor(
    private readonly deps: {
      readonly database: Pick<Database, "use">;
      readonly run: (job: string) => JobRun;
      readonly log: Log;
      readonly metrics: Pick<ReplayMetrics, "jobs">;
      readonly draining: AbortSignal;
    },
  ) {}

  /** Why a job that runs does not get on just now. */
  whyWaits(job: string): string | undefined {
    return this.#why.get(job);
  }

  /** Returns when the desk stops, and no step is under way. */
  async keepRunning(): Promise<void> {
    const { draining } = this.deps;
    while (!draining.aborted) {
      try {
        for (const job of await this.#toDo()) {
          if (this.#running.has(job)) continue;
          this.#running.set(
            job,
            this.#run(job).finally(() => this.#running.delete(job)),
          );
        }
      } catch (error) {
        this.deps.log.debug("Jobs cannot be looked for: {reason}", {
          reason: describeError(error),
        });
      }
      await sleep(LOOK_MS, draining);
    }
    await Promise.all(this.#running.values());
  }

  /** Those that run, and those of which outcomes are not known. */
  async #toDo(): Promise<string[]> {
    const rows = await this.deps.database.use((sql) =>
      sql<{ id: string; state: JobState; sent: string }[]>`
        select id, state, sent from jobs where state in ('running', 'paused') or (state <> 'done' and sent > 0) order by number`
    );
    const of = (state: JobState) =>
      rows.filter((one) => one.state === state).length;
    this.deps.metrics.jobs({ running: of("running"), paused: of("paused") });
    return rows.filter(({ state, sent }) => state === "running" || sent !== "0")
      .map(({ id }) => id);
  }

  async #run(id: string): Promise<void> {
    const { draining, log } = this.deps;
    const run = this.deps.run(id);
    let isResumed = false;
    while (!draining.aborted) {
      try {
        if (!isResumed) await run.resume();
        isResumed = true;
        const hasDone = await run.step();
        this.#tell(id, run.waitsFor() && `waits for ${run.waitsFor()}`);
        if (!hasDone) {
          if (!(await this.#toDo()).includes(id)) {
            return this.#tell(id, undefined);
          }
          await sleep(IDLE_MS, draining);
        }
      } catch (error) {
        const reason = describeError(error);
        if (this.#why.get(id) !== reason) {
          log.warn("Job {job} waits: {reason}", { job: id, reason });
        }
        this.#tell(id, reason);
        await sleep(AFTER_FAILURE_MS, draining);
      }
    }
  }

  #tell(job: string, why: string | undefined): void {
    if (why === undefined) this.#why.delete(job);
    else this.#why.set(job, why);
  }
}
