import { headers } from "#contracts/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { record } from "./validated_record.ts";

/** A fact as a mapping makes it of a provider's webhook. */
export type MappedFact = {
  /** Behind its source, by which it is the same fact. */
  readonly factId: string;
  readonly type: FactType;
  readonly source: string;
  readonly paymentId: string;
  /** A JSON number literal, digit for digit. */
  readonly amount: string;
  readonly currency: string;
  readonly timestamp: string;
  /** In place of what it says else of its kind, and beside that. */
  readonly more: Readonly<Record<string, unknown>>;
  /** 0: it was not mapped. */
  readonly version: number;
  /** Of its raw record, in partition 2. */
  readonly origin: number;
  /** Which of several things of that, such as `2/3`. */
  readonly item: string | undefined;
  /** Further headers. */
  readonly headers: Readonly<Record<string, string>>;
  readonly partition: number;
};

/** What each kind of fact says beside what all do. */
const ofKind = {
  authorized: { provider_auth_id: "auth-1" },
  captured: { capture_id: "cap-1" },
  refunded: { refund_id: "re-1" },
  failed: {
    stage: "authorize",
    decline: { class: "soft", code: "insufficient_funds", advice: "unknown" },
  },
  canceled: { cause: "merchant" },
  disputed: { dispute_id: "du-1", state: "opened" },
} satisfies Record<string, Readonly<Record<string, unknown>>>;

export type FactType = keyof typeof ofKind;

export const factTypes = [
  "authorized",
  "captured",
  "refunded",
  "failed",
  "canceled",
  "disputed",
] as const satisfies readonly FactType[];

/** The record of a fact in the validated topic, valid but for what the test wants otherwise. */
export function factRecord(
  offset: number,
  {
    factId = "charge:ch_1:authorized",
    type = "authorized",
    source = "stripe:main",
    paymentId = "pay-1",
    amount = "49.90",
    currency = "USD",
    timestamp = "2026-01-02T03:04:05.678Z",
    more = {},
    version = 1,
    origin = offset,
    item,
    headers: further = {},
    partition = 0,
  }: Partial<MappedFact> = {},
): ReceivedRecord {
  const envelope = JSON.stringify({
    event_id: `${source}:${factId}`,
    event_type: `payment.${type}.v1`,
    schema_version: 1,
    source,
    timestamp,
  });
  const payload = JSON.stringify({
    payment_id: paymentId,
    order_id: "ord-1",
    currency,
    provider: source.split(":")[0],
    fact_id: factId,
    ...ofKind[type],
    ...more,
  });
  const json = `${envelope.slice(0, -1)},"payload":${
    payload.slice(0, -1)
  },"amount":${amount}}}`;
  return record(offset, json, {
    partition,
    headers: {
      [headers.source]: `events.raw.v1/2/${origin}${
        item === undefined ? "" : `#${item}`
      }`,
      [headers.receivedAt]: `${1767323045678 + origin}`,
      ...version === 0 ? {} : { [headers.mappingVersion]: `${version}` },
      ...further,
    },
  });
}
