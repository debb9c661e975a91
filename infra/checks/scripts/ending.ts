import { sleep } from "#runtime/backoff.ts";
import { sendSignal } from "#processes/process_table.ts";
import { processesOf } from "./leftovers.ts";
import type { ScriptEnvironment } from "./environment.ts";
import type { Shell } from "./shell.ts";

/** What ends with a shell may take this long to be gone. */
const GONE_DEADLINE_MS = 15_000;

/** Its exit code, or undefined if it had to be killed at the deadline. */
export async function endOf(
  shell: Shell,
  deadlineMs: number,
  stopping?: AbortSignal,
): Promise<number | string | undefined> {
  const end = await untilOrLate(shell.ended, deadlineMs, stopping);
  if (end === undefined) shell.kill();
  return end;
}

/** What the promise resolves to, or undefined at the deadline or when `stopping` aborts. */
export async function untilOrLate<T>(
  promise: Promise<T>,
  deadlineMs: number,
  stopping?: AbortSignal,
): Promise<T | undefined> {
  const over = new AbortController();
  const signals = stopping ? [over.signal, stopping] : [over.signal];
  const late = sleep(deadlineMs, AbortSignal.any(signals));
  const first = await Promise.race([promise, late.then(() => undefined)]);
  over.abort();
  return first;
}

/** Ends what the scripts have left behind, and says what that was. */
export async function endLeftovers(
  { folder, environment }: {
    readonly folder: string;
    readonly environment: Pick<ScriptEnvironment, "marker">;
  },
): Promise<string | undefined> {
  const untilGone = async () => {
    const deadline = Date.now() + GONE_DEADLINE_MS;
    for (;;) {
      const left = processesOf(folder, environment.marker);
      if (left.length === 0 || Date.now() > deadline) return left;
      await sleep(100);
    }
  };
  const left = await untilGone();
  for (const { pid } of left) sendSignal(pid, "SIGKILL");
  // Signalled is not ended yet.
  await untilGone();
  return left.length === 0
    ? undefined
    : `Left running:\n${
      left.map(({ pid, commandLine }) => `${pid} ${commandLine}`).join("\n")
    }`;
}
