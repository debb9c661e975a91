/**
 * The child processes of a scenario: each with its output, killed and started again at will, and all
 * ended with the scenario, whatever becomes of it.
 *
 * @module
 */
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Child, type Exit, startChild } from "#processes/child.ts";
import type { Job } from "#processes/supervisor.ts";
import { endWaiting, goOnWaiting, until } from "./until.ts";

const LINES_SHOWN = 30;
/** Longer than a service may take by its own settings, so that it is the service that says it took too long. */
const STOP_DEADLINE_MS = 120_000;

export class Processes {
  /** For whatever the processes keep; removed with them. */
  readonly folder: string;
  readonly #jobs = new Map<string, Job>();
  readonly #children = new Map<string, Child>();
  readonly #closings: (() => Promise<void>)[] = [];
  /** Those whose end is wanted, or waited for. */
  readonly #mayEnd = new Set<Child>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Starts processes together and waits until each is ready. */
  async start(...jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) this.#jobs.set(job.name, job);
    await Promise.all(jobs.map((job) => this.restart(job.name)));
  }

  /** Starts a process that was killed or stopped, as it was started before. */
  async restart(name: string): Promise<void> {
    const job = this.#jobs.get(name);
    if (job === undefined) throw new Error(`${name} was never started`);
    const child = await startChild(job.command, this.logOf(name));
    this.#children.set(name, child);
    running.add(child);
    goOnWaiting(name);
    child.exited.then(({ code, signal }) => {
      running.delete(child);
      if (this.#mayEnd.has(child)) return;
      endWaiting(name, `${name} has ended by itself, with ${code ?? signal}`);
    });
    try {
      await until(`${name} was ready`, async () => {
        if (!child.isRunning()) throw new Error(`${name} ended at its start`);
        return await job.isReady();
      });
    } catch (error) {
      const why = await job.whyNotReady?.();
      if (why === undefined) throw error;
      throw new Error(`${name} says: ${why}`, { cause: error });
    }
  }

  /** Ends a process without a warning (SIGKILL), and with it its children. */
  async kill(name: string): Promise<void> {
    const child = this.#ending(name);
    child.signal("SIGKILL");
    await child.exited;
  }

  /** Freezes a process (SIGSTOP), and with it its children. */
  pause(name: string): void {
    this.#child(name).signal("SIGSTOP");
  }

  /** Lets a paused process go on. */
  wake(name: string): void {
    this.#child(name).signal("SIGCONT");
  }

  pid(name: string): number {
    return this.#child(name).pid;
  }

  /** Resolves when a process has ended by itself. */
  exited(name: string): Promise<Exit> {
    return this.#ending(name).exited;
  }

  /** Asks a process to stop in order. */
  stop(name: string): Promise<Exit> {
    return this.#ending(name).stop(STOP_DEADLINE_MS);
  }

  /** Has something removed once every process has ended. */
  defer(close: () => Promise<void>): void {
    this.#closings.push(close);
  }

  /** Kills every process that still runs, and removes what they kept. */
  async end(): Promise<void> {
    for (const name of [...this.#children.keys()].reverse()) {
      await this.kill(name);
    }
    for (const close of this.#closings) await close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** What each process wrote last. */
  async output(): Promise<string> {
    const parts = [...this.#jobs.keys()].map(async (name) => {
      const text = await readFile(this.logOf(name), "utf8").catch(() => "");
      const lines = text.trimEnd().split("\n").slice(-LINES_SHOWN);
      return `--- ${name} wrote last ---\n${lines.join("\n")}\n`;
    });
    return (await Promise.all(parts)).join("");
  }

  /** A process whose end fails nothing. */
  #ending(name: string): Child {
    const child = this.#child(name);
    this.#mayEnd.add(child);
    goOnWaiting(name);
    return child;
  }

  #child(name: string): Child {
    const child = this.#children.get(name);
    if (child === undefined) throw new Error(`${name} does not run`);
    return child;
  }

  /** The file its output goes to. */
  logOf(name: string): string {
    return join(this.folder, "logs", `${name}.log`);
  }
}

/** Runs a scenario. If it fails, what its processes wrote last is shown. */
export async function withProcesses(
  scenario: (processes: Processes) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-scenario-"));
  // PostgreSQL may run as another user than the one who made the folder.
  await chmod(folder, 0o755);
  const processes = new Processes(folder);
  try {
    await scenario(processes);
  } catch (error) {
    console.error(await processes.output());
    throw error;
  } finally {
    await processes.end();
  }
}

/** Leaders of the process groups that run. */
const running = new Set<Child>();

// A test run that is ended from outside, or over while a scenario still hangs, unwinds nothing.
const killRunning = () => running.forEach((child) => child.signal("SIGKILL"));
addEventListener("unload", killRunning);
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  process.on(signal, () => {
    killRunning();
    process.exit(1);
  });
}
