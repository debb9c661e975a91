import { sleep } from "#runtime/backoff.ts";

/**
 * Waits for a condition.
 *
 * @param what ends the sentence "Waited 60 s in vain until …"
 * @returns milliseconds it took
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { deadlineMs = 60_000, everyMs = 50 } = {},
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
