import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { LeftOut, OriginalRecord } from "#contracts/dead_letter.ts";
import type { ReceivedRecord, RecordHeader } from "#kafka/port.ts";

type Part = "key" | "value" | "headers";

/** What a dead letter says in full, and what it does without so that it fits. */
export type LetterShape = {
  /** Whether the original is shown a second time, to be read. */
  readonly isShown: boolean;
  /** Parts of the original that are only named, by their hash. */
  readonly leftOut: ReadonlySet<Part>;
  /** Whether the reason is cut short. */
  readonly isBrief: boolean;
};

/** Parts this small stay: their hash would take as much. */
const NEVER_LEFT_OUT_BYTES = 100;

/**
 * The shapes of a record's dead letter, from all there is to the least: first it is not shown, then its
 * parts are left out, the largest first, at last the reason is cut short.
 */
export function letterShapes(
  record: ReceivedRecord,
): { readonly shapes: readonly LetterShape[]; readonly least: LetterShape } {
  const sizes = sizesOf(record);
  const parts = (["value", "headers", "key"] as const)
    .filter((part) => sizes[part] > NEVER_LEFT_OUT_BYTES)
    .sort((a, b) => sizes[b] - sizes[a]);
  const without = (count: number) => ({
    isShown: false,
    leftOut: new Set(parts.slice(0, count)),
    isBrief: false,
  });
  return {
    shapes: [
      { ...without(0), isShown: true },
      ...[0, ...parts.map((_, n) => n + 1)].map(without),
    ],
    least: { ...without(parts.length), isBrief: true },
  };
}

/** Bytes that a letter of a shape has at least: key and headers stand in it twice, as its own too. */
export function leastBytesOf(
  record: ReceivedRecord,
  { leftOut }: LetterShape,
): number {
  const sizes = sizesOf(record);
  let bytes = 0;
  for (const part of ["key", "value", "headers"] as const) {
    if (leftOut.has(part)) continue;
    bytes += sizes[part] * 4 / 3 + (part === "value" ? 0 : sizes[part]);
  }
  return bytes;
}

/** The original as a letter of a shape holds it. */
export function originalOf(
  { key, value, headers }: ReceivedRecord,
  { leftOut }: LetterShape,
): OriginalRecord {
  const original: OriginalRecord = {};
  const left: OriginalRecord["left_out"] = {};
  if (key !== null && leftOut.has("key")) left.key = hashOf(key);
  else original.key_base64 = key?.toString("base64") ?? null;
  if (value !== null && leftOut.has("value")) left.value = hashOf(value);
  else original.value_base64 = value?.toString("base64") ?? null;
  if (leftOut.has("headers")) {
    left.headers = hashOf(Buffer.from(JSON.stringify(encodedHeaders(headers))));
  } else original.headers = encodedHeaders(headers);
  return leftOut.size === 0 ? original : { ...original, left_out: left };
}

function hashOf(bytes: Buffer): LeftOut {
  return {
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

function sizesOf(
  { key, value, headers }: ReceivedRecord,
): Record<Part, number> {
  let headerBytes = 0;
  for (const { name, value } of headers) {
    headerBytes += name.length + value.length;
  }
  return {
    key: key?.length ?? 0,
    value: value?.length ?? 0,
    headers: headerBytes,
  };
}

/** Headers as letters hold them. */
export function encodedHeaders(
  headers: readonly RecordHeader[],
): NonNullable<OriginalRecord["headers"]> {
  return headers.map(({ name, value }) => ({
    name,
    value_base64: value.toString("base64"),
  }));
}
