import { sleep } from "#runtime/backoff.ts";

/** Every use of time goes through here, so that a test decides what time it is. */
export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since an arbitrary moment; never goes back, whatever is done to the system time. */
  monotonic(): number;
  /** Waits `ms` milliseconds, or until `signal` is aborted. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep,
};
