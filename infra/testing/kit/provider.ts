/**
 * The payment provider, for scenarios: signed webhooks, sent with bounded concurrency. It signs by the
 * wire contract alone and shares no code with what it is answered by.
 *
 * @module
 */
import { createHmac } from "node:crypto";
import { webhookHeaders } from "#contracts/headers.ts";

/** Secret the provider signs with. */
export const SECRET = "the-secret-of-the-scenario";

export type Webhook<Body extends string | Uint8Array = string> = {
  readonly body: Body;
  readonly headers: Readonly<Record<string, string>>;
};

/** @param at seconds since the epoch at which it is signed */
export function signed<Body extends string | Uint8Array>(
  body: Body,
  { at = Math.floor(Date.now() / 1000), secret = SECRET } = {},
): Webhook<Body> {
  const timestamp = String(at);
  return {
    body,
    headers: {
      [webhookHeaders.timestamp]: timestamp,
      [webhookHeaders.signature]: signatureOf(secret, timestamp, body),
    },
  };
}

/** The signature of a webhook, in hex. */
export function signatureOf(
  secret: string,
  timestamp: string,
  body: string | Uint8Array,
): string {
  return createHmac("sha256", secret)
    .update(`${timestamp}.`).update(body).digest("hex");
}

/**
 * Sends a webhook.
 *
 * @param intake the intake's URL
 * @param withinMs how long an answer is waited for
 * @returns the status it is answered with
 * @throws if no answer comes
 */
export async function send(
  intake: string,
  { body, headers }: Webhook<string | Uint8Array<ArrayBuffer>>,
  withinMs = 300_000,
): Promise<number> {
  const response = await fetch(`${intake}/api/webhooks/payment-authorized`, {
    method: "POST",
    body,
    headers: { "Content-Type": "application/json", ...headers },
    signal: AbortSignal.timeout(withinMs),
  });
  await response.arrayBuffer();
  return response.status;
}

/**
 * Works through sequences side by side, each from first to last, one step after the other.
 *
 * @param sideBySide sequences under way at once, at most
 */
export async function inSequences<T>(
  sequences: readonly (readonly T[])[],
  sideBySide: number,
  step: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = sequences.values();
  const work = async () => {
    for (const sequence of waiting) {
      for (const item of sequence) await step(item);
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, work));
}
