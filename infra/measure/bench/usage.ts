/**
 * What processes cost while something runs: processor time and memory, by the kernel's own account. It is
 * kept on Linux only; elsewhere nothing is measured.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import process from "node:process";

export type Usage = {
  /** Seconds of processor time, in user and in kernel mode, with what the process has started. */
  readonly cpuSeconds: number;
  /** Most resident memory at a time, of those looked at, with that of what it has started. */
  readonly peakBytes: number;
  /** Resident memory at the end. */
  readonly lastBytes: number;
};

const SAMPLE_EVERY_MS = 250;
/** Clock ticks a second in `/proc`: the same on every Linux, whatever its kernel counts in. */
const TICKS_PER_SECOND = 100;

/**
 * Measures processes while `work` runs.
 *
 * @param pids process ids by any name
 * @returns what `work` returned, and the usage by name: without those that did not run throughout
 */
export async function measureUsage<T>(
  pids: Readonly<Record<string, number>>,
  work: () => Promise<T>,
): Promise<{
  readonly value: T;
  readonly usage: Readonly<Record<string, Usage>>;
}> {
  const before = read(pids);
  const peaks = new Map<string, number>();
  const look = (now: Readings) => {
    for (const [name, { bytes }] of now) {
      peaks.set(name, Math.max(bytes, peaks.get(name) ?? 0));
    }
  };
  look(before);
  const timer = setInterval(() => look(read(pids)), SAMPLE_EVERY_MS);
  const value = await work().finally(() => clearInterval(timer));
  const after = read(pids);
  look(after);
  const usage: Record<string, Usage> = {};
  for (const [name, { cpuSeconds, bytes }] of after) {
    const began = before.get(name);
    if (began === undefined) continue;
    usage[name] = {
      cpuSeconds: cpuSeconds - began.cpuSeconds,
      peakBytes: peaks.get(name) ?? bytes,
      lastBytes: bytes,
    };
  }
  return { value, usage };
}

type Reading = { readonly cpuSeconds: number; readonly bytes: number };
type Readings = ReadonlyMap<string, Reading>;

/** Where things stand, without the processes that do not run. */
function read(pids: Readonly<Record<string, number>>): Readings {
  const readings = new Map<string, Reading>();
  if (process.platform !== "linux") return readings;
  for (const [name, pid] of Object.entries(pids)) {
    const own = readProcess(pid);
    if (own === undefined) continue;
    const all = [
      own,
      ...childrenOf(pid).flatMap((one) => readProcess(one) ?? []),
    ];
    readings.set(name, {
      cpuSeconds: sum(all.map(({ stat }) => cpuSeconds(stat))),
      bytes: residentBytes(all.map(({ status }) => memoryOf(status))),
    });
  }
  return readings;
}

type ProcessFiles = { readonly stat: string; readonly status: string };

function readProcess(pid: number): ProcessFiles | undefined {
  try {
    return {
      stat: readFileSync(`/proc/${pid}/stat`, "utf8"),
      status: readFileSync(`/proc/${pid}/status`, "utf8"),
    };
  } catch {
    return undefined;
  }
}

/** What its first thread has started: PostgreSQL has no other, and what else is measured starts nothing. */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
      .split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/**
 * Processor time of a process and of its children that have ended: those that still run are not in it.
 *
 * @param stat text of `/proc/PID/stat`; see proc_pid_stat(5)
 */
export function cpuSeconds(stat: string): number {
  // The second field is the name in parentheses, which may hold spaces and parentheses itself.
  const [, ...fields] = stat.slice(stat.lastIndexOf(")")).split(" ");
  // utime, stime, cutime, cstime: the 14th to the 17th field, and the third is the first here.
  return sum(fields.slice(11, 15).map(Number)) / TICKS_PER_SECOND;
}

export type Memory = {
  /** Bytes that are a process's own. */
  readonly own: number;
  /** Bytes of files and of shared memory, which others may hold as well. */
  readonly shared: number;
};

/** @param status text of `/proc/PID/status`; see proc_pid_status(5) */
export function memoryOf(status: string): Memory {
  const bytes = (key: string) =>
    Number(new RegExp(`^${key}:\\s*(\\d+) kB$`, "m").exec(status)?.[1] ?? 0) *
    1024;
  return {
    own: bytes("RssAnon"),
    shared: bytes("RssFile") + bytes("RssShmem"),
  };
}

/** Memory of a family of processes: what they share is counted once, as the one that holds most has it. */
export function residentBytes(family: readonly Memory[]): number {
  return sum(family.map(({ own }) => own)) +
    Math.max(0, ...family.map(({ shared }) => shared));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
