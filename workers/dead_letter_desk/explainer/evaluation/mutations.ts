/**
 * Mistakes that senders make, each with its true repair. Each takes a good event and spoils it.
 *
 * @module
 */
import type { PatchOperation } from "#contracts/desk_action.ts";
import { isJsonObject } from "#contracts/parse.ts";
import { pointerOf } from "../patch_gate.ts";

export type Event = { [key: string]: unknown };

export type Mutation = {
  /** Of which kind a mistake is. */
  readonly kind: string;
  readonly name: string;
  /** Spoils an event; undefined if it has not what is spoilt. */
  readonly spoil: (event: Event) => Event | undefined;
  /** What makes every spoilt event good again; null: no patch does that may be proposed. */
  readonly repair: (spoilt: Event) => PatchOperation[] | null;
};

const camel = (key: string) =>
  key.replaceAll(/_([a-z])/g, (_, one: string) => one.toUpperCase());
const spellings: readonly ((key: string) => string)[] = [
  camel,
  (key) => key.toUpperCase(),
  (key) => key.replaceAll("_", "-"),
  (key) => `${key.slice(0, 1).toUpperCase()}${camel(key).slice(1)}`,
];

const ids = [
  "payment_id",
  "order_id",
  "amount",
  "currency",
  "refund_id",
  "dispute_id",
  "state",
  "stage",
  "capture_id",
];
const around = ["event_id", "event_type", "source", "timestamp", "payload"];

/** A key in another spelling. */
const renamed: Mutation[] = [
  ...ids.map((key) => `payload.${key}`),
  ...around,
].flatMap((path, n) =>
  [0, 1].map((more): Mutation => {
    const key = path.split(".").at(-1) ?? "";
    // Of a key without underscores two spellings are no others.
    const spell = spellings[(n + more * 2) % 4] ?? camel;
    const other = spell(key) === key ? key.toUpperCase() : spell(key);
    const from = [...path.split(".").slice(0, -1), other].join(".");
    return {
      kind: "key_renamed",
      name: from,
      spoil: (event) => moved(event, path, from),
      repair:
        () => [{ op: "copy", from: pointerOf(from), path: pointerOf(path) }],
    };
  })
);

/** A value in another spelling. */
const written = (
  kind: string,
  path: string,
  spoils: readonly ((text: string) => unknown)[],
): Mutation[] =>
  spoils.map((spoil, n) => ({
    kind,
    name: `${path}.${n}`,
    spoil(event) {
      const value = at(event, path);
      if (value === undefined) return undefined;
      const other = spoil(String(value));
      return other === value ? undefined : put(event, path, other);
    },
    repair: (spoilt) => {
      const before = at(spoilt, path);
      const good = goodOf(path, before);
      return [
        { op: "test", path: pointerOf(path), value: before },
        { op: "replace", path: pointerOf(path), value: good },
      ];
    },
  }));

const upper = (text: string) => text.toUpperCase();
const lower = (text: string) => text.toLowerCase();
const capital = (text: string) =>
  `${text.slice(0, 1).toUpperCase()}${text.slice(1).toLowerCase()}`;
const padded = (text: string) => ` ${text}`;
const ended = (text: string) => `${text}\n`;

/** Where a value has one way of being written. */
function goodOf(path: string, before: unknown): unknown {
  const text = String(before).trim();
  if (path === "payload.currency" || path.endsWith("_country")) {
    return upper(text);
  }
  if (path === "schema_version") return Number(text);
  if (path === "payload.final") return lower(text) === "true";
  return lower(text).replaceAll(/[-_ ]/g, path === "event_type" ? "." : "_");
}

/** `null`, or nothing, where a key may be left out. */
const nothing = [
  "payload.customer_id",
  "payload.merchant_id",
  "payload.ip_country",
  "payload.reason_class",
  "payload.due_at",
  "payload.instrument",
  "payload.unsigned",
  "payload.order_id_from",
].flatMap((path) =>
  [null, ""].map((value): Mutation => ({
    kind: "nothing_said",
    name: `${path}.${value === null ? "null" : "empty"}`,
    spoil: (event) =>
      isJsonObject(event.payload) && at(event, path) === undefined
        ? put(event, path, value)
        : undefined,
    repair: () => [
      { op: "test", path: pointerOf(path), value },
      { op: "remove", path: pointerOf(path) },
    ],
  }))
);

/** A key at another place: rules know none of these. */
const misplaced: Mutation[] = [
  "payment_id",
  "order_id",
  "currency",
  "refund_id",
].map((key) => ({
  kind: "key_misplaced",
  name: key,
  spoil: (event) => moved(event, `payload.${key}`, key),
  repair: () => [{ op: "copy", from: `/${key}`, path: `/payload/${key}` }],
}));
misplaced.push({
  kind: "key_misplaced",
  name: "data.payload",
  spoil: (event) => moved({ ...event, data: {} }, "payload", "data.payload"),
  repair: () => [{ op: "copy", from: "/data/payload", path: "/payload" }],
});

/** Two mistakes at once. */
const both: Mutation[] = renamed.filter(({ name }) =>
  ["payload.paymentId", "payload.ORDER_ID"].includes(name)
).flatMap((one) =>
  written("two_mistakes", "payload.currency", [lower, padded]).map((
    other,
  ): Mutation => ({
    kind: "two_mistakes",
    name: `${one.name}+${other.name}`,
    spoil: (event) => {
      const spoilt = one.spoil(event);
      return spoilt && other.spoil(spoilt);
    },
    repair: (
      spoilt,
    ) => [...one.repair(spoilt) ?? [], ...other.repair(spoilt) ?? []],
  }))
);

const hopeless = (
  name: string,
  path: string,
  spoil: (value: unknown) => unknown,
): Mutation => ({
  kind: "only_the_sender_knows",
  name,
  spoil: (event) => {
    const value = at(event, path);
    return value === undefined ? undefined : put(event, path, spoil(value));
  },
  repair: () => null,
});

export const mutations: readonly Mutation[] = [
  ...written("currency_written", "payload.currency", [
    lower,
    capital,
    padded,
    ended,
    (text) => ` ${lower(text)} `,
  ]),
  ...written("type_written", "event_type", [
    upper,
    capital,
    padded,
    (text) => text.replaceAll(".", "_"),
    (text) => text.replaceAll(".", "-"),
  ]),
  ...written("version_as_text", "schema_version", [(text) => text, padded]),
  ...written("flag_as_text", "payload.final", [(text) => text, upper]),
  ...[
    "payload.state",
    "payload.reason_class",
    "payload.stage",
    "payload.cause",
    "payload.decline.class",
    "payload.decline.advice",
    "payload.instrument.kind",
    "payload.instrument.funding",
  ]
    .flatMap((path) => written("word_written", path, [upper, capital])),
  ...["payload.ip_country", "payload.instrument.issuer_country"]
    .flatMap((path) => written("country_written", path, [lower, ended])),
  ...renamed,
  ...nothing,
  ...misplaced,
  ...both,
  hopeless("amount_as_text", "payload.amount", (value) => String(value)),
  hopeless("amount_negative", "payload.amount", (value) => -Number(value)),
  hopeless("payment_id_blank", "payload.payment_id", () => " "),
  hopeless("order_id_null", "payload.order_id", () => null),
  hopeless("payment_id_number", "payload.payment_id", () => 4711),
  hopeless(
    "no_zone",
    "timestamp",
    (value) => String(value).replace(/(?:Z|[+-]\d\d:\d\d)$/i, ""),
  ),
];

export function at(event: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>(
    (one, key) => isJsonObject(one) ? one[key] : undefined,
    event,
  );
}

/** A copy with a value at a place; undefined takes it out. */
export function put(event: Event, path: string, value: unknown): Event {
  const [key = "", ...rest] = path.split(".");
  const copy = { ...event };
  if (rest.length > 0) {
    const inner = isJsonObject(event[key]) ? { ...event[key] } : {};
    copy[key] = put(inner, rest.join("."), value);
  } else if (value === undefined) delete copy[key];
  else copy[key] = value;
  return copy;
}

function moved(event: Event, from: string, to: string): Event | undefined {
  const value = at(event, from);
  return value === undefined
    ? undefined
    : put(put(event, from, undefined), to, value);
}
