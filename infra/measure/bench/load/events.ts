import { paymentJson } from "#kit/payment.ts";
import { Random } from "#kit/random.ts";

/** Key of a payload that the contract does not know: milliseconds after the start at which it was due. */
export const DUE_MS = "due_ms";

export type EventOptions = {
  /** Part of every `event_id`, so that runs do not meet each other's. */
  readonly run: string;
  /** How many distinct payments there are; their events are dealt out at random. */
  readonly payments?: number;
  /** Bytes of an event, at least; filled up by a key that the contract does not know. */
  readonly bytes?: number;
  /** Whether events name customers and merchants: 20,000 and 50 of them. */
  readonly hasParties?: boolean;
  /** Milliseconds at which each event is due, told in its payload. */
  readonly due?: Float64Array;
  readonly seed?: number;
};

export type LoadEvent = {
  readonly paymentId: string;
  readonly json: string;
};

const currencies = ["EUR", "USD", "GBP", "SEK", "PLN"] as const;

/** Makes payments as a provider would send them, some 330 bytes each: the same ones for the same options. */
export function eventMaker(
  { run, payments = 100_000, bytes = 0, hasParties, due, seed = 1 }:
    EventOptions,
): (index: number) => LoadEvent {
  const random = new Random(seed);
  return (index) => {
    const paymentId = `pay_${random.integer(0, payments - 1)}`;
    const minor = random.integer(1, 9_999_999);
    const dueMs = due?.[index];
    const json = paymentJson({
      eventId: `evt_${run}_${index}`,
      paymentId,
      orderId: `ord_${run}_${index}`,
      providerAuthId: `auth_${random.integer(0, 2 ** 31)}`,
      amount: `${minor / 100}`,
      currency: random.oneOf(currencies),
      source: "bench-provider",
      timestamp: new Date(1_767_225_600_000 + index * 10).toISOString(),
      more: [
        ...dueMs === undefined ? [] : [`"${DUE_MS}":${dueMs}`],
        ...hasParties ? [partiesOf(random)] : [],
      ].join(","),
    });
    return { paymentId, json: padded(json, bytes) };
  };
}

function partiesOf(random: Random): string {
  const [customer, merchant] = [
    random.integer(1, 20_000),
    random.integer(1, 50),
  ];
  return `"customer_id":"cus_${customer}","merchant_id":"mer_${merchant}"`;
}

function padded(json: string, bytes: number): string {
  const frame = `,"padding":""`.length;
  const missing = bytes - json.length - frame;
  return missing <= 0
    ? json
    : `${json.slice(0, -1)},"padding":"${"x".repeat(missing)}"}`;
}
