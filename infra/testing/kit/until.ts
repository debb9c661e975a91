import process from "node:process";
import { sleep } from "#runtime/backoff.ts";

/**
 * How long a condition is waited for. It only tells a hang from a wait, so it is longer than anything takes
 * on a machine that has other work; mutations, which are to hang, set it shorter.
 */
const PATIENCE_MS = Number(process.env.EVENTFLOW_TEST_PATIENCE_SECONDS || 300) *
  1_000;

/** What has ended by itself that is waited for. */
const gone = new Map<string, string>();

/**
 * Has all waiting fail at once: what it waits for has ended, and would not come however long.
 *
 * @param why a sentence
 */
export function endWaiting(name: string, why: string): void {
  gone.set(name, why);
}

/** That it has ended was expected, or it is there again. */
export function goOnWaiting(name: string): void {
  gone.delete(name);
}

/**
 * Waits for a condition.
 *
 * @param what ends the sentence "Waited 300 s in vain until …"
 * @returns milliseconds it took
 * @throws {Error} if it does not come true, and if a process has ended by itself
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { deadlineMs = PATIENCE_MS, everyMs = 50 } = {},
): Promise<number> {
  const began = performance.now();
  while (!await condition()) {
    for (const why of gone.values()) {
      throw new Error(`Waited in vain until ${what}: ${why}`);
    }
    if (performance.now() - began > deadlineMs) {
      throw new Error(`Waited ${deadlineMs / 1000} s in vain until ${what}`);
    }
    await sleep(everyMs);
  }
  return performance.now() - began;
}
