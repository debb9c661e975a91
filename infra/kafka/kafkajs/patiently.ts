import { sleep } from "#runtime/backoff.ts";
import { protocolType } from "./errors.ts";

/** What passes by itself, mostly within milliseconds: a coordinator moves, or still ends a transaction. */
const passing = new Set([
  "CONCURRENT_TRANSACTIONS",
  "GROUP_COORDINATOR_NOT_AVAILABLE",
  "GROUP_LOAD_IN_PROGRESS",
  "NOT_COORDINATOR_FOR_GROUP",
  "UNSTABLE_OFFSET_COMMIT",
]);

/** Thrown by an attempt that asks for another. */
export class TryAgain extends Error {}

/** Between two attempts at most: a coordinator that is slow already is not to be asked hundreds of times a second. */
const MAX_MS = 250;

/**
 * Does something again and again, through what passes by itself: at first after `everyMs` milliseconds, then
 * each time after half as long again.
 *
 * @throws what the last attempt threw, if that is more than `forMs` milliseconds after the first
 */
export async function patiently<T>(
  attempt: () => Promise<T>,
  { everyMs, forMs }: { everyMs: number; forMs: number },
): Promise<T> {
  const deadline = performance.now() + forMs;
  for (let waitMs = everyMs;; waitMs = Math.min(1.5 * waitMs, MAX_MS)) {
    try {
      return await attempt();
    } catch (error) {
      const mayPass = error instanceof TryAgain ||
        passing.has(protocolType(error) ?? "");
      if (!mayPass || performance.now() > deadline) throw error;
      await sleep(waitMs);
    }
  }
}
