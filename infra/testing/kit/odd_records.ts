/**
 * Records nobody should write and somebody will, each with the end it should have.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { ErrorCode } from "#contracts/error_codes.ts";
import { services } from "#contracts/services.ts";
import { header } from "#kafka/headers.ts";
import type { RecordHeader } from "#kafka/port.ts";
import { paymentJson } from "./payment.ts";

export type OddRecord = {
  readonly what: string;
  readonly eventId: string;
  readonly key: Buffer | null;
  readonly value: Buffer<ArrayBuffer> | null;
  readonly headers: readonly RecordHeader[];
  /** A row with its `eventId`, or a dead letter. */
  readonly end: "row" | { readonly service: string; readonly code: ErrorCode };
  /** What the intake answers to such a body. */
  readonly status: number;
};

type Odd = Partial<Pick<OddRecord, "key" | "headers" | "end" | "status">> & {
  readonly value?: (json: string, eventId: string) => string | Buffer | null;
};

const refused = (code: ErrorCode, status = 202) => ({
  end: { service: services.validator, code },
  status,
});
/** Adds keys to the event's payload. */
const withKeys = (keys: string) => (json: string) =>
  json.replace(/}}$/, `,${keys}}}`);
const withAmount = (amount: string) => (json: string) =>
  json.replace('"amount":49.90', `"amount":${amount}`);
const withTime = (time: string) => (json: string) =>
  json.replace(/"timestamp":"[^"]*"/, `"timestamp":"${time}"`);
const withCurrency = (currency: string) => (json: string) =>
  json.replace('"EUR"', `"${currency}"`);
const withType = (type: string) => (json: string) =>
  json.replace("payment.authorized.v1", type);
/** Puts bytes into a string of the event's payload. */
const withBytes = (...bytes: number[]) => (json: string) => {
  const [before = "", behind = ""] = withKeys('"note":"*"')(json).split("*");
  return Buffer.concat([
    Buffer.from(before),
    Buffer.from(bytes),
    Buffer.from(behind),
  ]);
};

const KILOBYTES_900 = "x".repeat(900_000);
const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
const manyHeaders = Array.from(
  { length: 10_000 },
  (_, n) => header(`header-${n}`, `${n}`),
);

const odds: Readonly<Record<string, Odd>> = {
  "no value at all": { value: () => null, ...refused("empty_value") },
  "a value of no bytes": { value: () => "", ...refused("empty_value", 400) },
  "text": { value: () => "not JSON", ...refused("not_json", 400) },
  "an event cut off": {
    value: (json) => json.slice(0, -1),
    ...refused("not_json", 400),
  },
  "an event behind a byte order mark": {
    value: (json) => `\ufeff${json}`,
    ...refused("not_json", 400),
  },
  "900 kB that are not JSON": {
    value: () => KILOBYTES_900,
    ...refused("not_json", 400),
  },
  "a byte that is never UTF-8": {
    value: withBytes(0xff),
    ...refused("not_json", 400),
  },
  "a surrogate encoded as if it were a character": {
    value: withBytes(0xed, 0xa0, 0x80),
    ...refused("not_json", 400),
  },
  "a zero in two bytes": {
    value: withBytes(0xc0, 0x80),
    ...refused("not_json", 400),
  },
  "an array": {
    value: (json) => `[${json}]`,
    ...refused("not_an_object", 400),
  },
  "null as JSON": { value: () => "null", ...refused("not_an_object", 400) },
  "an event nested 100,000 levels deep": {
    value: withKeys(`"deep":${deep(100_000)}`),
    ...refused("too_deep"),
  },
  "a type that every object has": {
    value: withType("constructor"),
    ...refused("unknown_event_type"),
  },
  "the type __proto__": {
    value: withType("__proto__"),
    ...refused("unknown_event_type"),
  },
  "an event_id in __proto__ alone": {
    value: (json) =>
      json.replace('"event_id"', '"__proto__":{"event_id":"x"},"e"'),
    ...refused("contract_violation"),
  },
  "an amount beyond a double": {
    value: withAmount("1e400"),
    ...refused("contract_violation"),
  },
  "900 kB that break the contract": {
    value: (json) => withKeys(`"x":"${KILOBYTES_900}"`)(withAmount("-1")(json)),
    ...refused("contract_violation"),
  },
  "a broken event without a key": {
    key: null,
    value: withAmount("-1"),
    ...refused("contract_violation"),
  },
  "a broken event with 10,000 headers": {
    headers: manyHeaders,
    value: withAmount("-1"),
    ...refused("contract_violation"),
  },
  "a broken event with headers every object has": {
    headers: [header("constructor", "1"), header("toString", "2")],
    value: withAmount("-1"),
    ...refused("contract_violation"),
  },
  "a broken event with a header __proto__": {
    headers: [header("__proto__", "1"), header("other", "2")],
    value: withAmount("-1"),
    ...refused("contract_violation"),
  },

  "a lone surrogate in a value": {
    value: withKeys('"note":"\\ud800"'),
    ...refused("not_portable"),
  },
  "a lone surrogate in a key": {
    value: withKeys('"\\udfff":1'),
    ...refused("not_portable"),
  },
  "a zero character": {
    value: withKeys('"note":"\\u0000"'),
    ...refused("not_portable"),
  },
  "a number beyond PostgreSQL": {
    value: withKeys('"note":1e999999'),
    ...refused("not_portable"),
  },
  "a number of 5,000 digits": {
    value: withKeys(`"note":${"9".repeat(5_000)}`),
    ...refused("not_portable"),
  },
  "an event_id twice": {
    value: (json) => `{"event_id":"not-this-one",${json.slice(1)}`,
    ...refused("duplicate_key"),
  },
  "an amount twice, of which one is good": {
    value: withAmount('-1,"amount":49.90'),
    ...refused("duplicate_key"),
  },
  "an amount near the largest double": {
    value: withAmount("1e308"),
    ...refused("contract_violation"),
  },
  "an amount of thirty digits": {
    value: withAmount("123456789012345678901234567890.12"),
    ...refused("contract_violation"),
  },
  "a time rounded into the year 10000": {
    value: withTime("9999-12-31T23:59:59.9999999Z"),
    ...refused("contract_violation"),
  },
  "an offset beyond PostgreSQL": {
    value: withTime("2026-01-02T03:04:05+23:00"),
    ...refused("contract_violation"),
  },
  "a currency that was withdrawn": {
    value: withCurrency("HRK"),
    ...refused("unknown_currency"),
  },

  "900 kB of an event": { value: withKeys(`"note":"${KILOBYTES_900}"`) },
  "__proto__ as a key": {
    value: (json) =>
      `{"__proto__":{"a":1},${
        withKeys('"__proto__":{"event_id":"x"}')(json).slice(1)
      }`,
  },
  "keys every object has": {
    value: withKeys('"constructor":{"prototype":{"a":1}},"toString":1'),
  },
  "the largest amount": { value: withAmount("999999999999999") },
  "a time with a small t and z": { value: withTime("2026-01-02t03:04:05z") },
  "a leap second": { value: withTime("2016-12-31T23:59:60Z") },
  "the latest time": { value: withTime("9999-12-31T23:59:59.999999Z") },
  "a withdrawn currency in its time": {
    value: (json) =>
      withTime("2022-12-24T18:00:00Z")(withCurrency("HRK")(json)),
  },
  "no key": { key: null },
  "a key of no bytes": { key: Buffer.alloc(0) },
  "a key that is no UTF-8": { key: Buffer.from([0xff, 0x00, 0xfe]) },
  "10,000 headers": { headers: manyHeaders },
  "a header twice, and one without a value": {
    headers: [header("a", "1"), header("a", "2"), header("b", "")],
  },
};

/** All of them, under event ids that begin with `prefix`. */
export function oddRecords(prefix: string): OddRecord[] {
  return Object.entries(odds).map(([what, odd], n) => {
    const eventId = `${prefix}-${n}`;
    const json = paymentJson({
      eventId,
      paymentId: `payment-of-${eventId}`,
      amount: "49.90",
      currency: "EUR",
    });
    const value = odd.value === undefined ? json : odd.value(json, eventId);
    return {
      what,
      eventId,
      key: odd.key === undefined ? Buffer.from(eventId) : odd.key,
      value: value === null ? null : Buffer.from(value),
      headers: odd.headers ?? [],
      end: odd.end ?? "row",
      status: odd.status ?? 202,
    };
  });
}
