/**
 * W3C Trace Context (https://www.w3.org/TR/trace-context/), passed on only if it is well-formed.
 *
 * @module
 */

/** §3.2: version, trace id, parent id, flags; a later version may add fields. */
const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.{0,200})?$/;

/** §3.3.1.3: one `key=value`, where a value ends in a character that is not blank. */
const MEMBER =
  /^[a-z0-9][a-z0-9_\-*\/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** §3.3.1.5: what has to be passed on is no longer than this. */
const MAX_TRACESTATE = 512;
const MAX_MEMBERS = 32;

/** A span of another process, as a `traceparent` names it. */
export type TraceParent = {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
};

/** What a `traceparent` says; undefined if it is not well-formed. */
export function parseTraceparent(text: string): TraceParent | undefined {
  if (!isTraceparent(text)) return undefined;
  return {
    traceId: text.slice(3, 35),
    spanId: text.slice(36, 52),
    isSampled: (Number.parseInt(text.slice(53, 55), 16) & 1) === 1,
  };
}

export function formatTraceparent(
  { traceId, spanId, isSampled }: TraceParent,
): string {
  return `00-${traceId}-${spanId}-${isSampled ? "01" : "00"}`;
}

export function isTraceparent(text: string): boolean {
  const match = TRACEPARENT.exec(text);
  return match !== null && (match[1] !== "00" || match[2] === undefined);
}

export function isTracestate(text: string): boolean {
  if (text.length > MAX_TRACESTATE) return false;
  const members = text.split(",").map((member) =>
    member.replace(/^[ \t]+|[ \t]+$/g, "")
  )
    .filter((member) => member !== "");
  return members.length > 0 && members.length <= MAX_MEMBERS &&
    members.every((member) => MEMBER.test(member));
}
