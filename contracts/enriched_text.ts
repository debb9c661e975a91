/**
 * An enriched event is the validated event's text with two things put in: a digit that was signed stays the digit that it was,
 * which it would not if the event were read and written anew.
 *
 * @module
 */
import { endOfString } from "./json_tokens.ts";

/** What enrichment says, as JSON text. */
export type Enriching = {
  /** A number; absent where no score applies. */
  readonly riskScore?: string | undefined;
  /** An object. */
  readonly enrichment: string;
};

const SCORE = '{"risk_score":';
const ENRICHMENT = ',"enrichment":';

/**
 * Puts `risk_score` in front of the payload, and `enrichment` behind the event.
 *
 * @param text of a valid event, which has neither of them
 */
export function enrichedText(
  text: string,
  { riskScore, enrichment }: Enriching,
): string {
  const end = text.lastIndexOf("}");
  const whole = `${ENRICHMENT}${enrichment}${text.slice(end)}`;
  if (riskScore === undefined) return `${text.slice(0, end)}${whole}`;
  const payload = valueAt(text, "payload")?.start ?? 0;
  return `${text.slice(0, payload)}${SCORE}${riskScore},${
    text.slice(payload + 1, end)
  }${whole}`;
}

/**
 * The validated event's text, of an enriched one's.
 *
 * @param text known to be JSON
 * @returns undefined if it is none that `enrichedText` makes
 */
export function textWithoutEnrichment(text: string): string | undefined {
  const enrichment = valueAt(text, "enrichment");
  if (enrichment === undefined) return undefined;
  const before = text.slice(0, enrichment.start);
  const after = text.slice(enrichment.end);
  if (!before.endsWith(ENRICHMENT) || !/^\s*\}\s*$/.test(after)) {
    return undefined;
  }
  const event = `${before.slice(0, -ENRICHMENT.length)}${after}`;
  const payload = valueAt(event, "payload");
  if (payload === undefined || !event.startsWith(SCORE, payload.start)) {
    return event;
  }
  const behind = event.indexOf(",", payload.start);
  return behind < 0 || behind > payload.end
    ? undefined
    : `${event.slice(0, payload.start)}{${event.slice(behind + 1)}`;
}

type Span = { readonly start: number; readonly end: number };

/** Where the value of a key of the outermost object is, in a text known to be JSON. */
function valueAt(json: string, key: string): Span | undefined {
  let at = json.indexOf("{") + 1;
  for (;;) {
    const keyStart = json.indexOf('"', at);
    if (keyStart < 0) return undefined;
    const keyEnd = endOfString(json, keyStart);
    const start = skipBlank(json, json.indexOf(":", keyEnd) + 1);
    const end = endOfValue(json, start);
    if (isKey(json.slice(keyStart, keyEnd + 1), key)) return { start, end };
    at = end;
  }
}

function isKey(literal: string, key: string): boolean {
  return literal === `"${key}"` ||
    (literal.includes("\\") && JSON.parse(literal) === key);
}

function skipBlank(json: string, at: number): number {
  let next = at;
  while (/\s/.test(json[next] ?? "")) next++;
  return next;
}

function endOfValue(json: string, start: number): number {
  const first = json[start];
  if (first === '"') return endOfString(json, start) + 1;
  if (first !== "{" && first !== "[") return endOfLiteral(json, start);
  let depth = 0;
  for (let at = start; at < json.length; at++) {
    switch (json[at]) {
      case '"':
        at = endOfString(json, at);
        break;
      case "{":
      case "[":
        depth++;
        break;
      case "}":
      case "]":
        if (--depth === 0) return at + 1;
    }
  }
  return json.length;
}

function endOfLiteral(json: string, start: number): number {
  let end = start;
  while (end < json.length && !/[\s,}\]]/.test(json[end] ?? "")) end++;
  return end;
}
