import { isJsonObject } from "#contracts/parse.ts";
import { hasCardNumber } from "../queries/mask.ts";
import type { Field } from "./cluster.ts";
import { isTold, toldKey } from "./vocabulary.ts";

export type JsonType =
  | "text"
  | "number"
  | "boolean"
  | "null"
  | "object"
  | "list";

/** So many places are told of, those at fault first: an event can have thousands. */
const MOST_FIELDS = 60;

/** Of one place. */
const MOST_FORMS = 3;

/** So deep. */
const MOST_KEYS = 8;

const SHAPE_CHARACTERS = 40;

type Seen = {
  types: Set<JsonType>;
  lengths: number[];
  shapes: Set<string>;
  values: Set<string | number | boolean | null>;
};

/**
 * What events have at their places, without what they say.
 *
 * @param events of one form
 * @param first paths that are told of in any case
 */
export function fieldsOf(
  events: readonly unknown[],
  first: readonly string[],
): Field[] {
  const seen = new Map<string, Seen>();
  for (const event of events) see(seen, [], [], event);
  const isFirst = (path: string) =>
    first.some((one) => one === path || one.startsWith(`${path}.`));
  return [...seen]
    .filter(([path]) => path !== "")
    .sort(([a], [b]) => Number(isFirst(b)) - Number(isFirst(a)))
    .slice(0, MOST_FIELDS)
    .map(([path, { types, lengths, shapes, values }]): Field => ({
      path,
      types: [...types].sort(),
      ...lengths.length > 0 &&
        { length: [Math.min(...lengths), Math.max(...lengths)] },
      ...shapes.size > 0 && { shapes: [...shapes].slice(0, MOST_FORMS) },
      ...values.size > 0 && { values: [...values].slice(0, MOST_FORMS) },
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

/** @param path as it is, of keys; @param told as it may be told */
function see(
  all: Map<string, Seen>,
  path: readonly string[],
  told: readonly string[],
  value: unknown,
): void {
  if (path.length > MOST_KEYS) return;
  const name = told.join(".");
  const seen = all.get(name) ?? {
    types: new Set(),
    lengths: [],
    shapes: new Set(),
    values: new Set(),
  };
  if (!all.has(name)) all.set(name, seen);
  seen.types.add(typeOf(value));
  if (Array.isArray(value)) {
    value.slice(0, 3).forEach((one, n) =>
      see(all, [...path, `${n}`], [...told, `${n}`], one)
    );
  } else if (isJsonObject(value)) {
    for (const [key, one] of Object.entries(value)) {
      see(all, [...path, key], [...told, toldKey(key)], one);
    }
  } else seeLeaf(seen, path.join("."), value);
}

function seeLeaf(seen: Seen, path: string, value: unknown): void {
  if (value === null || typeof value === "boolean") {
    seen.values.add(value);
    return;
  }
  if (typeof value === "number") {
    if (isTold(path, `${value}`)) seen.values.add(value);
    return;
  }
  if (typeof value !== "string") return;
  seen.lengths.push(value.length);
  seen.shapes.add(shapeOf(value));
  if (isTold(path, value) && !hasCardNumber(value)) seen.values.add(value);
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
