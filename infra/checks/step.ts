import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep } from "#runtime/backoff.ts";
import { startChild } from "#processes/child.ts";

export type Step = {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** On top of this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly deadlineMs: number;
};

export type Outcome = {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  /** All it printed, and last why it was ended, if it was. */
  readonly output: string;
};

/** How long a step that is ended early may take to tidy up. */
const STOP_DEADLINE_MS = 30_000;

/**
 * Runs a step to its end, to its deadline, or until `stopping` aborts. It is a process group of its own,
 * so a terminal's Ctrl-C reaches it through `stopping` only.
 */
export async function runStep(
  { name, program, args, cwd, env, deadlineMs }: Step,
  stopping: AbortSignal,
): Promise<Outcome> {
  const began = Date.now();
  const folder = await mkdtemp(join(tmpdir(), "eventflow-ok-"));
  const log = join(folder, "output");
  try {
    const child = await startChild({ program, args, cwd, env }, log);
    const over = new AbortController();
    child.exited.then(() => over.abort());
    await sleep(deadlineMs, AbortSignal.any([over.signal, stopping]));
    const isLate = !over.signal.aborted && !stopping.aborted;
    const { code } = await child.stop(STOP_DEADLINE_MS);
    const seconds = (Date.now() - began) / 1000;
    const output = await readFile(log, "utf8");
    const end = isLate
      ? `\nEnded: it had not finished after ${deadlineMs / 1000} s.\n`
      : "";
    const ok = code === 0 && !isLate && !stopping.aborted;
    return { name, ok, seconds, output: output + end };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
