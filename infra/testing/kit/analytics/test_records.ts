import { topics } from "#contracts/topics.ts";
import { Buffer } from "node:buffer";
import type { ReceivedRecord } from "#kafka/port.ts";

/** The JSON text of a valid payment event. */
export function paymentJson(
  { eventId = "evt-1", timestamp = "2026-01-02T03:04:05Z" } = {},
): string {
  return JSON.stringify({
    event_id: eventId,
    event_type: "payment.authorized.v1",
    source: "provider",
    timestamp,
    payload: {
      payment_id: "pay-1",
      order_id: "ord-1",
      provider_auth_id: "auth-1",
      amount: 49.9,
      currency: "USD",
    },
  });
}

/** A record of the validated topic. */
export function record(
  offset: number,
  json: string,
  { partition = 0 } = {},
): ReceivedRecord {
  return {
    topic: topics.validated.name,
    partition,
    offset,
    timestampMs: 0,
    key: null,
    value: Buffer.from(json),
    headers: [],
  };
}
