/**
 * A child process in a session of its own, its output in a log file.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { describeError } from "#runtime/errors.ts";
import { sleep } from "#runtime/backoff.ts";
import { sendSignal } from "./process_table.ts";

export type Command = {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** On top of this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whom to run as; only root may say so. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** What asks it to stop in order. */
  readonly stopSignal?: "SIGTERM" | "SIGINT";
};

export type Exit = {
  readonly code: number | null;
  readonly signal: string | null;
};

export type Child = {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Once it is false, the pid may be another's. */
  isRunning(): boolean;
  /** To all of its process group, while it runs. */
  signal(signal: "SIGINT" | "SIGKILL" | "SIGSTOP" | "SIGCONT"): void;
  /** Asks it to stop, and ends its whole process group if it has not by the deadline. */
  stop(deadlineMs: number): Promise<Exit>;
};

/**
 * Starts a command. Its session is its own, so a terminal's Ctrl-C does not reach it, and its output
 * goes to the file itself, so it outlives whoever started it.
 *
 * @throws {Error} if the program cannot be run
 */
export async function startChild(
  command: Command,
  logFile: string,
): Promise<Child> {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, "a");
  let child: ChildProcess;
  try {
    child = spawn(command.program, [...command.args], {
      cwd: command.cwd,
      env: { ...process.env, ...command.env },
      detached: true,
      stdio: ["ignore", log, log],
      ...command.user,
    });
  } finally {
    closeSync(log);
  }
  let isRunning = true;
  const exited = new Promise<Exit>((resolve) => {
    child.once("exit", (code, signal) => {
      isRunning = false;
      // What it left behind ends with it: the group bears its leader's pid.
      if (child.pid !== undefined) sendSignal(-child.pid, "SIGKILL");
      resolve({ code, signal });
    });
  });
  const pid = await new Promise<number>((resolve, reject) => {
    child.once(
      "error",
      (cause) =>
        reject(
          new Error(`Cannot run ${command.program}: ${describeError(cause)}`, {
            cause,
          }),
        ),
    );
    if (child.pid !== undefined) resolve(child.pid);
  });
  return {
    pid,
    exited,
    isRunning: () => isRunning,
    signal(signal) {
      if (isRunning) sendSignal(-pid, signal);
    },
    async stop(deadlineMs) {
      if (!isRunning) return await exited;
      return await stopGroup(pid, {
        exited,
        deadlineMs,
        signal: command.stopSignal ?? "SIGTERM",
      });
    },
  };
}

async function stopGroup(
  pid: number,
  { exited, deadlineMs, signal }: {
    exited: Promise<Exit>;
    deadlineMs: number;
    signal: "SIGTERM" | "SIGINT";
  },
): Promise<Exit> {
  const stopped = new AbortController();
  exited.then(() => stopped.abort());
  sendSignal(pid, signal);
  await sleep(deadlineMs, stopped.signal);
  if (!stopped.signal.aborted) sendSignal(-pid, "SIGKILL");
  return await exited;
}
