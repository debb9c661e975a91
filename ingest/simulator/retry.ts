/**
 * When a delivery is tried again, and how long that waits.
 *
 * @module
 */

/** Durations in milliseconds. */
export type RetryPolicy = {
  readonly maxAttempts: number;
  readonly backoffBaseMs: number;
  readonly backoffMaxMs: number;
  readonly backoffJitterMs: number;
  /** A longer `Retry-After` is cut to this, so that a receiver cannot hold a delivery for good. */
  readonly retryAfterMaxMs: number;
};

/** Request Timeout, Too Early, Too Many Requests: the only 4xx that the same request may outlive. */
const retryable4xx: readonly number[] = [408, 425, 429];

/** Whether trying again can help. `null` stands for no answer at all. */
export function isRetryable(status: number | null): boolean {
  return status === null || status >= 500 || retryable4xx.includes(status);
}

/**
 * Milliseconds to wait after attempt number `attempt` (from 1): the base doubled with each attempt up
 * to the maximum, plus jitter, and no less than what the receiver asked for.
 */
export function waitMs(
  policy: RetryPolicy,
  { attempt, askedMs, random }: {
    attempt: number;
    askedMs: number;
    random: () => number;
  },
): number {
  const { backoffBaseMs, backoffMaxMs, backoffJitterMs, retryAfterMaxMs } =
    policy;
  const exponential = Math.min(
    backoffMaxMs,
    backoffBaseMs * 2 ** (attempt - 1),
  );
  const backoff = exponential + random() * backoffJitterMs;
  return Math.max(backoff, Math.min(askedMs, retryAfterMaxMs));
}

/**
 * Milliseconds a `Retry-After` header asks for: seconds, or an HTTP date in any of its three forms
 * (RFC 9110 §10.2.3 and §5.6.7). 0 if it is absent, past or neither.
 */
export function retryAfterMs(header: string | null, now: number): number {
  const value = header?.trim() ?? "";
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  if (
    !/^(Mon|Tues?|Wed(nes)?|Thu(rs)?|Fri|Sat(ur)?|Sun)(day)?,? /.test(value)
  ) {
    return 0;
  }
  // The asctime form names no zone; every HTTP date is in GMT.
  const date = Date.parse(value.endsWith("GMT") ? value : `${value} GMT`);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
