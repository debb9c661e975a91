/**
 * The door: bytes become an event here and nowhere else. Past it, the type is the proof.
 *
 * @module
 */
import { z } from "zod";
import type { Issue } from "./dead_letter.ts";
import type { ErrorCode } from "./error_codes.ts";
import { plainMessage } from "./plain_issue.ts";
import { eventSchema, LaterEvent } from "./events/event_type.ts";
import {
  eventTypeNames,
  type PaymentEvent,
  schemaOf,
  type ValidatedEvent,
} from "./events/registry.ts";
import { isJsonObject, type JsonObject } from "./json_object.ts";
import { flawsIn } from "./portable_json.ts";
import { safeParse } from "./usual.ts";

export { isJsonObject, type JsonObject };

/** Why a record is refused, ready to be put on a dead letter. */
export type Rejection = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly issues: readonly Issue[];
};

export type Parsed<T> =
  | { readonly ok: true; readonly value: T; readonly text: string }
  | { readonly ok: false; readonly rejection: Rejection };

const refused = (
  code: ErrorCode,
  message: string,
  issues: readonly Issue[] = [],
) => ({ ok: false, rejection: { code, message, issues } }) as const;

// A byte order mark is kept, and so refused by JSON.parse: RFC 8259 §8.1 lets no sender add one.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads bytes as one JSON object. Never throws. */
export function parseJsonObject(bytes: Uint8Array | null): Parsed<JsonObject> {
  if (bytes === null || bytes.length === 0) {
    return refused("empty_value", "The record has no value.");
  }
  let text: string;
  let value: unknown;
  try {
    text = utf8.decode(bytes);
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof RangeError) return tooDeep();
    const reason = error instanceof Error ? error.message : String(error);
    return refused("not_json", `The value is not JSON in UTF-8: ${reason}.`);
  }
  if (!isJsonObject(value)) {
    const kind = Array.isArray(value) ? "an array" : `${typeof value}`;
    return refused("not_an_object", `The value is ${kind}, not an object.`);
  }
  return { ok: true, value, text };
}

/** Reads bytes as an event of a type there is, or says why they are none. Never throws. */
export function parseEvent(bytes: Uint8Array | null): Parsed<PaymentEvent> {
  return parseBy<PaymentEvent>(bytes, schemaOf);
}

/**
 * Reads a value of the validated topic, which the validator has judged, as an event: also one of a type that only a newer validator
 * knows. Never throws.
 */
export function parseValidated(
  bytes: Uint8Array | null,
): Parsed<ValidatedEvent> {
  return parseBy<ValidatedEvent>(bytes, schemaOfLater);
}

/** A text that names no type at all is refused as anywhere. */
function schemaOfLater(type: string): z.ZodType<ValidatedEvent> | undefined {
  return schemaOf(type) ??
    (LaterEvent.shape.event_type.safeParse(type).success
      ? LaterEvent
      : undefined);
}

function parseBy<T>(
  bytes: Uint8Array | null,
  schemaOfType: (type: string) => z.ZodType<T> | undefined,
): Parsed<T> {
  const json = parseJsonObject(bytes);
  if (!json.ok) return json;
  if (isTooDeep(json.text)) return tooDeep();
  const type = json.value.event_type;
  if (typeof type !== "string") {
    return violation("any contract", Untyped.safeParse(json.value).error);
  }
  const schema = schemaOfType(type);
  if (schema === undefined) {
    return refused(
      "unknown_event_type",
      `No contract has event_type ${quote(type)}.`,
      [{
        path: "event_type",
        message: `must be ${eventTypeNames.join(" or ")}`,
      }],
    );
  }
  const result = safeParse(schema, json.value);
  if (!result.success) return violation(type, result.error);
  const flaws = flawsIn(json.text, json.value);
  if (flaws[0] === undefined) {
    return { ok: true, value: result.data, text: json.text };
  }
  const issues = flaws.map(({ issue }) => issue);
  return refused(
    flaws[0].code,
    `Not every reader takes the event alike: ${inWords(issues)}.`,
    issues,
  );
}

/** What can be said of an event that does not say its type. */
const Untyped = eventSchema(eventTypeNames, z.looseObject({}));

/** The refusal of what does not satisfy a contract. */
export function violation(what: string, error: z.ZodError | undefined) {
  const issues = error?.issues.map(toIssue) ?? [];
  return refused(
    "contract_violation",
    `The event does not satisfy ${what}: ${inWords(issues)}.`,
    issues,
  );
}

function inWords(issues: readonly Issue[]): string {
  return issues.map(({ path, message }) => `${path} ${message}`).join("; ");
}

/** Readers in other languages recurse: Python's json ends at 1,000 levels, PostgreSQL's at some 6,000. */
const MAX_DEPTH = 100;

const tooDeep = () =>
  refused("too_deep", `The value is nested deeper than ${MAX_DEPTH} levels.`);

/** Whether objects and arrays nest deeper in a text known to be JSON than every reader can be expected to follow. */
export function isTooDeep(json: string): boolean {
  // Looking for each bracket takes a tenth of what looking at each character does, and hardly any event has many.
  if (
    countUpTo(MAX_DEPTH, json, "{") + countUpTo(MAX_DEPTH, json, "[") <=
      MAX_DEPTH
  ) return false;
  let depth = 0;
  let inString = false;
  for (let i = 0; i < json.length; i++) {
    const char = json[i];
    if (inString) {
      if (char === "\\") i++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{" || char === "[") {
      if (++depth > MAX_DEPTH) return true;
    } else if (char === "}" || char === "]") depth--;
  }
  return false;
}

/** How often a character occurs, or one more than `most` if it is more often. */
function countUpTo(most: number, text: string, character: string): number {
  let count = 0;
  let at = text.indexOf(character);
  while (at >= 0 && count <= most) {
    count++;
    at = text.indexOf(character, at + 1);
  }
  return count;
}

function toIssue({ path, message }: z.core.$ZodIssue): Issue {
  return { path: path.join("."), message: plainMessage(message) };
}

/** Quotes text from outside for a message, cut to a length a log line can carry. */
function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
