import { describeError } from "#runtime/errors.ts";
import type { Clock } from "./clock.ts";
import type { AttemptResult } from "./metrics.ts";
import type { Message, Webhook } from "./message.ts";

/** What one attempt came to. `status` is `null` if there was no answer. */
export type Answer = {
  readonly result: AttemptResult;
  readonly status: number | null;
  /** The text the receiver answered with, cut; or why there is no answer. */
  readonly message: string;
  readonly retryAfter: string | null;
};

const MAX_MESSAGE_CHARACTERS = 1000;

/**
 * Signs a message with the present time and posts it once. Never throws. A redirect is not followed:
 * a signed body goes to the configured receiver and nowhere else.
 */
export async function attempt(
  message: Message,
  { webhook, timeoutMs, clock, fetch }: {
    webhook: Webhook;
    timeoutMs: number;
    clock: Clock;
    fetch: typeof globalThis.fetch;
  },
): Promise<Answer> {
  try {
    const response = await fetch(webhook.url, {
      method: "POST",
      ...webhook.sign(message, clock.now()),
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return {
      result: response.ok ? "success" : "http_error",
      status: response.status,
      message: await beginningOf(response) || `HTTP ${response.status}`,
      retryAfter: response.headers.get("Retry-After"),
    };
  } catch (error) {
    return {
      result: "network_error",
      status: null,
      message: reasonOf(error, timeoutMs),
      retryAfter: null,
    };
  }
}

/** The first characters of the body: whatever a receiver sends, memory is bounded. */
async function beginningOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let text = "";
  try {
    while (text.length < MAX_MESSAGE_CHARACTERS) {
      const { done, value } = await reader.read();
      if (done) return text;
      text += decoder.decode(value, { stream: true });
    }
    await reader.cancel();
  } catch {
    // The status line is the answer; a body that breaks off takes nothing from it.
  }
  return text.slice(0, MAX_MESSAGE_CHARACTERS);
}

function reasonOf(error: unknown, timeoutMs: number): string {
  return error instanceof Error && error.name === "TimeoutError"
    ? `no answer within ${timeoutMs} ms`
    : describeError(error);
}
