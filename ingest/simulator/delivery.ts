import { attempt } from "./attempt.ts";
import type { Clock } from "./clock.ts";
import type { Message, Webhook } from "./message.ts";
import type { SimulatorMetrics } from "./metrics.ts";
import {
  isRetryable,
  retryAfterMs,
  type RetryPolicy,
  waitMs,
} from "./retry.ts";

/** What a delivery came to, in the shape `/authorize` answers with. */
export type Delivery = {
  readonly ok: boolean;
  readonly attempts: number;
  /** Status of the last answer; `null` if the last attempt got none. */
  readonly status_code: number | null;
  readonly message: string;
};

export type Deliver = (message: Message) => Promise<Delivery>;

/** Milliseconds an attempt may take that begins while the service drains. */
export const LAST_ATTEMPT_MS = 2000;

/**
 * Delivers a message with retries, each attempt signed afresh. Never throws.
 *
 * Draining ends the waiting between attempts, and an attempt that begins while draining is the last.
 */
export function createDelivery(
  { webhook, timeoutMs, retry, clock, random, fetch, draining, metrics }: {
    webhook: Webhook;
    timeoutMs: number;
    retry: RetryPolicy;
    clock: Clock;
    random: () => number;
    fetch: typeof globalThis.fetch;
    draining: AbortSignal;
    metrics: SimulatorMetrics;
  },
): Deliver {
  const measured = async (message: Message, limitMs: number) => {
    const began = clock.monotonic();
    const answer = await attempt(message, {
      webhook,
      timeoutMs: limitMs,
      clock,
      fetch,
    });
    const seconds = (clock.monotonic() - began) / 1000;
    metrics.attempted({ ...answer, seconds });
    return answer;
  };

  return async (message) => {
    for (let attempts = 1;; attempts++) {
      const drained = draining.aborted;
      const { result, status, message: answered, retryAfter } = await measured(
        message,
        drained ? Math.min(timeoutMs, LAST_ATTEMPT_MS) : timeoutMs,
      );
      const ok = result === "success";
      const last = drained || attempts >= retry.maxAttempts;
      if (ok || last || !isRetryable(status)) {
        return { ok, attempts, status_code: status, message: answered };
      }
      const askedMs = retryAfterMs(retryAfter, clock.now());
      const wait = waitMs(retry, { attempt: attempts, askedMs, random });
      await clock.sleep(wait, draining);
      metrics.retried();
    }
  };
}
