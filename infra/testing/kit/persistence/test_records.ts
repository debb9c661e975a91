import { topics } from "#contracts/topics.ts";
import { Buffer } from "node:buffer";
import { header } from "#kafka/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";

type Overrides = {
  eventId?: string;
  /** The amount as it is to be written, digit by digit. */
  amount?: string;
  paymentId?: string;
  timestamp?: string;
  /** Further text inside the payload object, after a comma. */
  more?: string;
};

/** The JSON text of a valid payment event. */
export function paymentJson(
  {
    eventId = "evt-1",
    amount = "49.90",
    paymentId = "pay-1",
    timestamp = "2026-01-02T03:04:05.678Z",
    more = "",
  }: Overrides = {},
): string {
  return `{"event_id":${JSON.stringify(eventId)},` +
    `"event_type":"payment.authorized.v1","source":"provider",` +
    `"timestamp":${JSON.stringify(timestamp)},` +
    `"payload":{"payment_id":${JSON.stringify(paymentId)},"order_id":"ord-1",` +
    `"provider_auth_id":"auth-1","amount":${amount},"currency":"USD"` +
    `${more === "" ? "" : `,${more}`}}}`;
}

/** A record of the validated topic's partition 0. */
export function record(
  offset: number,
  json: string | null,
  headers: Readonly<Record<string, string>> = {},
): ReceivedRecord {
  return {
    topic: topics.validated.name,
    partition: 0,
    offset,
    timestampMs: 0,
    key: null,
    value: json === null ? null : Buffer.from(json),
    headers: Object.entries(headers).map(([name, value]) =>
      header(name, value)
    ),
  };
}
