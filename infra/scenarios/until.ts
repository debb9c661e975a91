import process from "node:process";
import { sleep } from "#runtime/backoff.ts";

/**
 * How long a condition is waited for. It only tells a hang from a wait, so it is longer than anything takes
 * on a machine that has other work; mutations, which are to hang, set it shorter.
 */
const PATIENCE_MS = Number(process.env.EVENTFLOW_TEST_PATIENCE_SECONDS || 300) *
  1_000;

/**
 * Waits for a condition.
 *
 * @param what ends the sentence "Waited 300 s in vain until …"
 * @returns milliseconds it took
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { deadlineMs = PATIENCE_MS, everyMs = 50 } = {},
): Promise<number> {
  const began = performance.now();
  while (!await condition()) {
    if (performance.now() - began > deadlineMs) {
      throw new Error(`Waited ${deadlineMs / 1000} s in vain until ${what}`);
    }
    await sleep(everyMs);
  }
  return performance.now() - began;
}
