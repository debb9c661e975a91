/**
 * Runs child processes: starts them in order, each when it is ready, restarts those that die unless a
 * person has stopped them, and stops them in reverse order.
 *
 * @module
 */
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { backoffMs, sleep } from "#runtime/backoff.ts";
import { describeError } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { type Child, type Command, type Exit, startChild } from "./child.ts";
import { Holds } from "./holds.ts";
import { lastWords } from "./log_tail.ts";
import { PidFiles } from "./pid_files.ts";

export type Job = {
  /** Names its log and its pid file. */
  readonly name: string;
  readonly command: Command;
  /** Whether it can do its work. Must not throw. */
  readonly isReady: () => Promise<boolean>;
  /** Why it is not, for whoever waits in vain. Must not throw. */
  readonly whyNotReady?: () => Promise<string>;
  readonly startDeadlineMs?: number;
  /** How long it may take to stop before it is killed. */
  readonly stopDeadlineMs?: number;
};

/** For what hangs at its start. What ends there is told at once. */
const START_DEADLINE_MS = 3 * 60_000;
/** How soon a part that was stopped by hand is seen to be wanted again. */
const HOLD_CHECK_MS = 100;

type Running = {
  readonly job: Job;
  /** The latest launch, under way or done. */
  child: Promise<Child>;
  /** Settles when it is restarted no more. */
  ended: Promise<void>;
};

export type SupervisorOptions = {
  /** Folders of logs, of notes about running processes, and of names of those that a person has stopped. */
  readonly home: {
    readonly logs: string;
    readonly pids: string;
    readonly held: string;
  };
  /** Told in a line what a person should know. */
  readonly say: (line: string) => void;
  /** Told of every job that has ended by itself or was killed from outside, and is to be restarted. */
  readonly ended?: (name: string, how: string) => void;
  /** Time without a death after which the next one counts as the first, in milliseconds. */
  readonly settledMs?: number;
  readonly restartDelayMs?: (attempt: number) => number;
};

export class Supervisor {
  readonly #home: Pick<SupervisorOptions["home"], "logs">;
  readonly #say: (line: string) => void;
  readonly #ended: (name: string, how: string) => void;
  readonly #settledMs: number;
  readonly #restartDelayMs: (attempt: number) => number;
  readonly #pids: PidFiles;
  readonly #holds: Holds;
  readonly #stopping = new AbortController();
  /** Jobs that were started together, in the order of their start. */
  readonly #stages: Running[][] = [];

  constructor(
    {
      home,
      say,
      ended = () => {},
      settledMs = 60_000,
      restartDelayMs = (attempt) =>
        backoffMs({ attempt, baseMs: 500, maxMs: 15_000 }),
    }: SupervisorOptions,
  ) {
    this.#home = home;
    this.#say = say;
    this.#ended = ended;
    this.#settledMs = settledMs;
    this.#restartDelayMs = restartDelayMs;
    this.#pids = new PidFiles(home.pids);
    this.#holds = new Holds(home.held);
  }

  logOf(name: string): string {
    return join(this.#home.logs, `${name}.log`);
  }

  /**
   * Starts jobs together and waits until every one is ready. One that dies before is not restarted:
   * what keeps it from starting is something a person must see to.
   *
   * @throws {StartError} naming the job and the last line of its log
   */
  async start(...jobs: readonly Job[]): Promise<void> {
    const stage: Running[] = [];
    this.#stages.push(stage);
    const outcomes = await Promise.allSettled(
      jobs.map((job) => this.#startOne(job, stage)),
    );
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") throw outcome.reason;
    }
  }

  /** The latest process of a job, which may have ended; undefined if there is none. */
  async child(name: string): Promise<Child | undefined> {
    const running = this.#stages.flat().find(({ job }) => job.name === name);
    return await running?.child.catch(() => undefined);
  }

  /** Stops all jobs, those of the last start first. Safe to call at any time, and more than once. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const stage of this.#stages.splice(0).reverse()) {
      await Promise.all(stage.map((running) => this.#stopOne(running)));
    }
  }

  async #startOne(job: Job, stage: Running[]): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const log = this.logOf(job.name);
    await rename(log, `${log}.previous`).catch(() => {});
    if (this.#stopping.signal.aborted) return;
    const child = this.#launch(job);
    const running: Running = { job, child, ended: Promise.resolve() };
    // Noted before it is launched, so that a stop meanwhile finds it.
    stage.push(running);
    await this.#untilReady(job, await child);
    running.ended = this.#keepRunning(running);
  }

  async #stopOne({ job, child: launch, ended }: Running): Promise<void> {
    const child = await launch.catch(() => undefined);
    if (child === undefined) return;
    const began = Date.now();
    const exit = await child.stop(job.stopDeadlineMs ?? 15_000);
    await ended;
    await this.#pids.remove(job.name);
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    this.#say(
      exit.signal === "SIGKILL"
        ? `Killed ${job.name}: it had not stopped after ${seconds} s`
        : `Stopped ${job.name} (${seconds} s)`,
    );
  }

  async #launch(job: Job): Promise<Child> {
    const child = await startChild(job.command, this.logOf(job.name));
    await this.#pids.write(job.name, child.pid, job.command.stopSignal);
    return child;
  }

  async #untilReady(job: Job, child: Child): Promise<void> {
    const ended = new AbortController();
    child.exited.then(() => ended.abort());
    const deadlineMs = job.startDeadlineMs ?? START_DEADLINE_MS;
    const deadline = Date.now() + deadlineMs;
    while (!await job.isReady()) {
      if (this.#stopping.signal.aborted) return;
      const log = this.logOf(job.name);
      if (ended.signal.aborted) {
        throw new StartError(
          `${job.name} ended at its start (${
            describeExit(await child.exited)
          }): ${await lastWords(log)} (log: ${log})`,
        );
      }
      if (Date.now() > deadline) {
        throw new StartError(
          `${job.name} is not ready after ${deadlineMs / 1000} s: ${
            await job.whyNotReady?.() ?? await lastWords(log)
          } (log: ${log})`,
        );
      }
      await sleep(100, AbortSignal.any([ended.signal, this.#stopping.signal]));
    }
  }

  /** Restarts a job whenever it ends, until the supervisor stops. */
  async #keepRunning(running: Running): Promise<void> {
    const { job } = running;
    const stopping = this.#stopping.signal;
    for (let attempt = 0; !stopping.aborted; attempt++) {
      const began = Date.now();
      const end = await running.child.then(
        async (child) => describeExit(await child.exited),
        describeError,
      );
      if (stopping.aborted) return;
      if (!this.#holds.isHeld(job.name)) {
        this.#ended(job.name, end);
        if (Date.now() - began > this.#settledMs) attempt = 0;
        const delayMs = this.#restartDelayMs(attempt);
        const seconds = (delayMs / 1000).toFixed(1);
        const log = this.logOf(job.name);
        this.#say(
          `${job.name} ended (${end}), restarting in ${seconds} s (log: ${log})`,
        );
        await sleep(delayMs, stopping);
      }
      await this.#whileHeld(job);
      if (stopping.aborted) return;
      running.child = this.#launch(job);
      running.child.then(() => this.#say(`${job.name} restarted`), () => {});
    }
  }

  /** Waits if a person has stopped it, until a person starts it. */
  async #whileHeld({ name }: Job): Promise<void> {
    if (!this.#holds.isHeld(name)) return;
    this.#say(
      `${name} was stopped by hand: "deno task start ${name}" starts it again`,
    );
    const stopping = this.#stopping.signal;
    while (this.#holds.isHeld(name) && !stopping.aborted) {
      await sleep(HOLD_CHECK_MS, stopping);
    }
  }
}

function describeExit({ code, signal }: Exit): string {
  return signal === null ? `exit code ${code}` : signal;
}
