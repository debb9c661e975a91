/**
 * Values of JSON, and what is odd about them: what a contract takes, with changes that it may take or not.
 *
 * @module
 */
import { isJsonObject } from "#contracts/json_object.ts";
import type { Random } from "../random.ts";

/** The value, which is changed itself, with one to three changes somewhere in it. */
export function mutated(random: Random, value: unknown): unknown {
  for (let left = random.integer(1, 3); left > 0; left--) {
    const places = placesIn(value);
    if (places.length === 0) return oddValue(random);
    const { holder, key } = random.oneOf(places);
    const before = ownValue(holder, key);
    random.oneOf([
      () => set(holder, key, oddValue(random)),
      () => set(holder, key, oddFormOf(random, before)),
      () => set(holder, key, oddFormOf(random, before)),
      () => remove(holder, key),
      () => set(holder, random.oneOf(oddKeys), oddValue(random)),
      () => {
        const inner = isJsonObject(before) ? before : holder;
        set(inner, random.oneOf(oddKeys), oddValue(random));
      },
      () => {
        const from = random.oneOf(places);
        set(holder, key, structuredClone(ownValue(from.holder, from.key)));
      },
    ])();
  }
  return value;
}

/** As `JSON.parse` would: a key called `__proto__` is one like any other. */
function set(holder: object, key: string, value: unknown): void {
  if (Array.isArray(holder) && !Object.keys(holder).includes(key)) {
    holder.push(value);
    return;
  }
  Object.defineProperty(holder, key, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}

function remove(holder: object, key: string): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else Reflect.deleteProperty(holder, key);
}

type Place = { readonly holder: object; readonly key: string };

function placesIn(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value).flatMap((key) => [
    { holder: value, key },
    ...placesIn(ownValue(value, key)),
  ]);
}

const oddKeys = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "0",
  "",
  "further",
  "enrichment",
  "risk_score",
  "schema_version",
  "instrument",
  "unsigned",
  "decline",
  "due_at",
  "ip_country",
];

const texts = [
  "",
  " ",
  "\t",
  "\n",
  "\u0000",
  "\u001f",
  "\u007f",
  "\u0085",
  "\u00a0",
  "\u1680",
  "\u200b",
  "\u2028",
  "\u3000",
  "\ufeff",
  "\ud800",
  "é",
  "😀",
  "!",
  "~",
  "a",
  "é".repeat(513),
  "a".repeat(512),
  "a".repeat(513),
  "😀".repeat(512),
  "USD",
  "usd",
  "USD\n",
  "USDT",
  "1",
  "constructor",
  "payment.settled.v1",
  "0001-01-01T00:00:00Z",
  "0001-01-01T00:00:00+00:01",
  "0000-12-31T23:59:59-15:59",
  "9999-12-31T23:59:59.999999Z",
  "9999-12-31T23:59:59.9999999Z",
  "9999-12-31T23:59:59-00:01",
  "2024-02-29T00:00:00Z",
  "2023-02-29T00:00:00Z",
  "1900-02-29T00:00:00Z",
  "2016-12-31T23:59:60Z",
  "2016-12-31T12:59:60Z",
  "2026-01-02T03:04:05.1234567890Z",
  "2026-01-02T24:00:00Z",
  "2026-01-02T03:04:05+16:00",
  "2026-01-02T03:04:05",
  "2026-01-02t03:04:05z",
] as const;

const numbers = [
  0,
  -0,
  1,
  -1,
  2,
  0.5,
  1.000_000_000_000_000_2,
  5e-324,
  1e15,
  999_999_999_999_999.9,
  Number.MAX_SAFE_INTEGER,
  2 ** 53,
  Number.MAX_VALUE,
  Infinity,
  -Infinity,
];

/** A value that may stand anywhere and mostly should not. */
export function oddValue(random: Random): unknown {
  return random.oneOf([
    () => random.oneOf(texts),
    () => oddFormOf(random, random.oneOf(texts)),
    () => random.oneOf(numbers),
    () => random.oneOf([true, false, null]),
    () => undefined,
    () => random.oneOf([[], ["a"], ["a", " "], [null], [[]]]),
    () => structuredClone(random.oneOf([{}, { a: 1 }, { kind: "card" }])),
    () => JSON.parse('{"__proto__":{"kind":"card"}}'),
    () => JSON.parse('{"kind":"card","__proto__":null}'),
  ])();
}

/** Much like the value: a text with another character, a number that is a little larger, a list with one more. */
function oddFormOf(random: Random, value: unknown): unknown {
  if (typeof value === "string") {
    const at = random.integer(0, value.length);
    const character = random.oneOf([..."0123569TtZz:+-.A a", ...texts]);
    return value.slice(0, at) + character +
      value.slice(at + random.integer(0, 1));
  }
  if (typeof value === "number") {
    return random.oneOf([
      -value,
      value / 3,
      value * 1e13,
      value + 1,
      `${value}`,
    ]);
  }
  if (Array.isArray(value)) return [...value, oddValue(random)];
  return isJsonObject(value) ? { ...value } : oddValue(random);
}

/** What an object has under a key itself. */
export function ownValue(object: object, key: PropertyKey): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}
