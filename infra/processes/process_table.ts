import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";

export type ProcessDescription = {
  readonly parent: number;
  readonly commandLine: string;
};

/**
 * What runs under a process id, or undefined if nothing does.
 *
 * @throws if this process may not know
 */
export function describeProcess(pid: number): ProcessDescription | undefined {
  return process.platform === "linux" ? fromProc(pid) : fromPs(pid);
}

/** Sends a signal to a process, or with a negative pid to its group; false if there is none. */
export function sendSignal(
  pid: number,
  signal: "SIGTERM" | "SIGINT" | "SIGKILL" | "SIGSTOP" | "SIGCONT" | 0,
): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Resident memory of a process in bytes, or undefined if there is no such process. */
export function residentBytes(pid: number): number | undefined {
  try {
    const kibibytes = process.platform === "linux"
      ? /^VmRSS:\s*(\d+) kB$/m
        .exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]
      : ps("-o", "rss=", "-p", String(pid));
    return kibibytes ? Number(kibibytes) * 1024 : undefined;
  } catch {
    return undefined;
  }
}

/** Ids of the processes that a process has started and that still run. */
export function childrenOf(pid: number): number[] {
  const all = process.platform === "linux"
    ? readdirSync("/proc").map(Number).filter(Number.isInteger)
    : ps("-axo", "pid=").split("\n").map(Number);
  return all.filter((one) => describeProcess(one)?.parent === pid);
}

function fromProc(pid: number): ProcessDescription | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    // A zombie has ended and only waits for its parent to notice.
    if (/^State:\s*[ZX]/m.test(status)) return undefined;
    const parent = Number(/^PPid:\s*(\d+)/m.exec(status)?.[1] ?? 0);
    // The kernel's own threads have no memory, and no command line ever.
    const isProgram = /^VmSize:/m.test(status);
    return { parent, commandLine: isProgram ? commandLineFromProc(pid) : "" };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Reads of a command line that is empty, before it is believed. */
const MOST_READS = 1_000;

/** Between its old and its new program a process has no command line for an instant, and is there all the same. */
function commandLineFromProc(pid: number): string {
  let read = "";
  for (let n = 0; read === "" && n < MOST_READS; n++) {
    read = readFileSync(`/proc/${pid}/cmdline`, "utf8")
      .replaceAll("\0", " ").trim();
  }
  return read;
}

/** Whoever may not read the table of processes must not take that for a table without the process. */
function isGone(error: unknown): boolean {
  const code = error instanceof Error && "code" in error && error.code;
  return code === "ENOENT" || code === "ESRCH";
}

function fromPs(pid: number): ProcessDescription | undefined {
  try {
    const line = ps("-o", "ppid=,args=", "-p", String(pid));
    const [parent = "0", ...words] = line.split(/\s+/);
    return words.length === 0
      ? undefined
      : { parent: Number(parent), commandLine: words.join(" ") };
  } catch {
    return undefined;
  }
}

function ps(...args: readonly string[]): string {
  return execFileSync("ps", args, { encoding: "utf8" }).trim();
}
