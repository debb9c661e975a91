import { Buffer } from "node:buffer";
import { nonBlank } from "#contracts/fields.ts";
import { headers } from "#contracts/headers.ts";
import { isJsonObject, type JsonObject } from "#contracts/parse.ts";
import { header } from "#kafka/headers.ts";
import type { OutgoingRecord, RecordHeader } from "#kafka/port.ts";
import type { CardDataKind } from "./card_numbers/card_data.ts";
import { isTraceparent, isTracestate } from "#runtime/trace_context.ts";

/**
 * A webhook as it is kept: the body that was signed, to the byte but for what is masked, and what is known about it beside.
 *
 * @param provider the name of one, or `INTERNAL`
 * @param receivedAtMs milliseconds since the epoch
 */
export function rawRecord(
  { provider, topic, key, body, receivedAtMs, proof = [], masked, trace }: {
    provider: string;
    topic: string;
    /** What events of one payment share, and with it a partition and an order. */
    key: string | undefined;
    body: Uint8Array<ArrayBuffer>;
    receivedAtMs: number;
    /** What says whose it is beside the provider, and proves it again. */
    proof?: readonly RecordHeader[];
    /** What asterisks stand over in the body; absent: it is as it was sent. */
    masked?: ReadonlySet<CardDataKind> | undefined;
    trace: { traceparent: string | undefined; tracestate: string | undefined };
  },
): OutgoingRecord {
  return {
    topic,
    key: key === undefined ? null : Buffer.from(key, "utf8"),
    value: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
    headers: [
      receivedAtHeader(receivedAtMs),
      providerHeader(provider),
      ...proof,
      ...masked === undefined
        ? []
        : [header(headers.masked, [...masked].join(","))],
      ...traceHeaders(trace),
    ],
  };
}

/** One of each provider, made once. */
const providerHeaders = new Map<string, RecordHeader>();

function providerHeader(name: string): RecordHeader {
  const known = providerHeaders.get(name);
  if (known !== undefined) return known;
  const made = header(headers.provider, name);
  providerHeaders.set(name, made);
  return made;
}

/** The last one made: requests that arrive together share it. */
let receivedAt = { ms: NaN, header: header(headers.receivedAt, "") };

function receivedAtHeader(ms: number) {
  if (receivedAt.ms !== ms) {
    receivedAt = { ms, header: header(headers.receivedAt, String(ms)) };
  }
  return receivedAt.header;
}

/** The key of an event in our own form. */
export function keyOf(event: JsonObject): string | undefined {
  const payload = isJsonObject(event.payload) ? event.payload : {};
  return nonBlank(payload.payment_id) ?? nonBlank(event.event_id);
}

function traceHeaders(
  { traceparent, tracestate }: {
    traceparent: string | undefined;
    tracestate: string | undefined;
  },
) {
  if (traceparent === undefined || !isTraceparent(traceparent)) return [];
  return tracestate === undefined || !isTracestate(tracestate)
    ? [header(headers.traceparent, traceparent)]
    : [
      header(headers.traceparent, traceparent),
      header(headers.tracestate, tracestate),
    ];
}
