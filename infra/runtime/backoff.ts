/**
 * Capped exponential backoff with full jitter: a random wait between 0 and
 * `min(maxMs, baseMs * 2^attempt)`. Full jitter spreads clients that failed together best; see
 * Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 *
 * @param attempt counts from 0
 * @param random a number from 0 up to but not including 1
 * @returns milliseconds
 */
export function backoffMs(
  { attempt, baseMs, maxMs, random = Math.random }: {
    attempt: number;
    baseMs: number;
    maxMs: number;
    random?: () => number;
  },
): number {
  return random() * Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 30));
}

/** Waits `ms` milliseconds, or until `signal` is aborted. Never rejects. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done);
  });
}

/**
 * What work comes to, or undefined once `signal` is aborted: then nobody waits for its end any more, nor hears
 * why it failed.
 *
 * @throws what the work throws before
 */
export async function orAborted<T>(
  work: Promise<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  const aborted = Promise.withResolvers<undefined>();
  const abort = () => aborted.resolve(undefined);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
