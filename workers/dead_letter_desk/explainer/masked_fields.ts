import { isJsonObject } from "#contracts/parse.ts";
import { hasCardNumber } from "../queries/mask.ts";
import type { Field } from "./cluster.ts";
import { withoutNumbers } from "../index/cause.ts";
import { isTold, toldKey, toldPath } from "./vocabulary.ts";

export type JsonType =
  | "text"
  | "number"
  | "boolean"
  | "null"
  | "object"
  | "list";

/** So many places are told of, those at fault first: an event can have thousands. */
const MOST_FIELDS = 60;

/** So many places are looked at of each event: what has more is no payment, and looking costs time that others wait for. */
const MOST_PLACES = 2_000;

/** Of one place. */
const MOST_FORMS = 3;

/** So deep. */
const MOST_KEYS = 8;

const SHAPE_CHARACTERS = 40;

type Seen = {
  types: Set<JsonType>;
  /** Of texts: the fewest and the most characters. */
  length: readonly [number, number] | undefined;
  shapes: Set<string>;
  values: Set<string | number | boolean | null>;
};

/**
 * What events have at their places, without what they say.
 *
 * @param events of one form
 * @param first paths that are told of in any case, without numbers of lists
 */
export function fieldsOf(
  events: readonly unknown[],
  first: readonly string[],
): Field[] {
  const seen = new Map<string, Seen>();
  for (const event of events) {
    const path = { keys: [], told: [] };
    see({ seen, left: MOST_PLACES }, path, event);
  }
  const told = first.map(toldPath);
  const isFirst = (path: string) => {
    const its = withoutNumbers(path);
    return told.some((one) => one === its || one.startsWith(`${its}.`));
  };
  return [...seen]
    .filter(([path]) => path !== "")
    .sort(([a], [b]) => Number(isFirst(b)) - Number(isFirst(a)))
    .slice(0, MOST_FIELDS)
    .map(([path, { types, length, shapes, values }]): Field => ({
      path,
      types: [...types].sort(),
      ...length && { length },
      ...shapes.size > 0 && { shapes: [...shapes] },
      ...values.size > 0 && { values: [...values] },
    }));
}

/** The keys of an event, as it is written: what has the same is of one form. */
export function formOf(event: unknown, depth = 0): string {
  if (depth > MOST_KEYS) return "…";
  if (Array.isArray(event)) return `[${formOf(event[0], depth + 1)}]`;
  if (!isJsonObject(event)) return typeOf(event);
  return `{${
    Object.keys(event).sort().map((key) =>
      `${JSON.stringify(key)}:${formOf(event[key], depth + 1)}`
    ).join()
  }}`;
}

/** Where a value stands, by its keys: as they are, and as they may be told. */
type Place = {
  readonly keys: readonly string[];
  readonly told: readonly string[];
};

/** What was seen so far, and how many places of the event may be looked at yet. */
type Look = { readonly seen: Map<string, Seen>; left: number };

function see(look: Look, { keys, told }: Place, value: unknown): void {
  if (keys.length > MOST_KEYS || look.left-- <= 0) return;
  const name = told.join(".");
  let seen = look.seen.get(name);
  if (seen === undefined) {
    seen = {
      types: new Set(),
      length: undefined,
      shapes: new Set(),
      values: new Set(),
    };
    look.seen.set(name, seen);
  }
  seen.types.add(typeOf(value));
  const below = (key: string, its: string, one: unknown) =>
    see(look, { keys: [...keys, key], told: [...told, its] }, one);
  if (Array.isArray(value)) {
    value.slice(0, 3).forEach((one, n) => below(`${n}`, `${n}`, one));
  } else if (isJsonObject(value)) {
    for (const key of Object.keys(value)) {
      if (look.left <= 0) return;
      below(key, toldKey(key), value[key]);
    }
  } else seeLeaf(seen, keys.join("."), value);
}

function seeLeaf(seen: Seen, path: string, value: unknown): void {
  if (value === null || typeof value === "boolean") {
    keep(seen.values, value);
    return;
  }
  if (typeof value === "number") {
    if (isTold(path, `${value}`)) keep(seen.values, value);
    return;
  }
  if (typeof value !== "string") return;
  const [fewest, most] = seen.length ?? [Infinity, 0];
  seen.length = [
    Math.min(fewest, value.length),
    Math.max(most, value.length),
  ];
  keep(seen.shapes, shapeOf(value));
  if (isTold(path, value) && !hasCardNumber(value)) keep(seen.values, value);
}

/** The first ones that differ: keys that we do not know share a place, and an event can have a hundred thousand of them. */
function keep<T>(forms: Set<T>, form: T): void {
  if (forms.size < MOST_FORMS) forms.add(form);
}

/** `usd` is `aaa`, ` EUR` is `_AAA`, `evt_9f2c` is `aaa?9a9a`. */
export function shapeOf(text: string): string {
  const shape = text.slice(0, SHAPE_CHARACTERS)
    .replaceAll(
      /\s|\p{Lu}|\p{L}|\p{N}|./gsu,
      (one) =>
        /\s/.test(one)
          ? "_"
          : /\p{Lu}/u.test(one)
          ? "A"
          : /\p{L}/u.test(one)
          ? "a"
          : /\p{N}/u.test(one)
          ? "9"
          : "?",
    );
  return text.length > SHAPE_CHARACTERS ? `${shape}…` : shape;
}

function typeOf(value: unknown): JsonType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  switch (typeof value) {
    case "string":
      return "text";
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    default:
      return "object";
  }
}
