import { z } from "zod";
import { ErrorCode } from "./error_codes.ts";
import { NonBlank, Rfc3339 } from "./fields.ts";

/** The seven keys every reader of `events.dlq.v1` may rely on, whoever wrote the record. */
export const DeadLetterCore = z.looseObject({
  failed_service: NonBlank,
  error_message: z.string(),
  source_topic: NonBlank,
  source_partition: z.int().min(0),
  source_offset: z.int().min(0),
  timestamp: Rfc3339,
  /**
   * The original's parsed JSON, or its text if it is not JSON or not every reader takes it alike; `null`
   * if it had no value.
   */
  event: z.unknown(),
});
export type DeadLetterCore = z.infer<typeof DeadLetterCore>;

/** One thing wrong with one place of an event, e.g. `{path: "payload.amount", message: "…"}`. */
export const Issue = z.object({ path: z.string(), message: z.string() });
export type Issue = z.infer<typeof Issue>;

/**
 * What a dead letter had no room for. It is in the record that the letter is of (`source_topic`,
 * `source_partition`, `source_offset`), for as long as that topic keeps it.
 */
export const LeftOut = z.object({
  bytes: z.int().min(0),
  /** In lower-case hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type LeftOut = z.infer<typeof LeftOut>;

/**
 * The failed record to the byte, so that it can be replayed as it was. Header names may repeat. A part that
 * is absent is left out: no reader takes it for one that the record did not have, which is `null` or empty.
 */
export const OriginalRecord = z.object({
  key_base64: z.base64().nullable().optional(),
  value_base64: z.base64().nullable().optional(),
  headers: z.array(z.object({ name: z.string(), value_base64: z.base64() }))
    .optional(),
  left_out: z.object({
    key: LeftOut.optional(),
    value: LeftOut.optional(),
    /** Of the JSON text that would stand here as `headers`, without white space. */
    headers: LeftOut.optional(),
  }).optional(),
}).refine(
  ({ key_base64, value_base64, headers, left_out }) =>
    [key_base64, left_out?.key].some(isThere) &&
    [value_base64, left_out?.value].some(isThere) &&
    [headers, left_out?.headers].some(isThere),
  "what is absent must be left out",
).meta({
  allOf: [
    presentOr("key", "key_base64"),
    presentOr("value", "value_base64"),
    presentOr("headers", "headers"),
  ],
});
export type OriginalRecord = z.infer<typeof OriginalRecord>;

/** A dead letter as EventFlow's workers write it. */
export const DeadLetter = DeadLetterCore.extend({
  /** Of several things in the record, which one failed, from 1, and how many there were. Absent if the whole failed. */
  source_item: z.int().min(1).optional(),
  source_items: z.int().min(2).optional(),
  error_code: ErrorCode,
  issues: z.array(Issue),
  /** How often the record was tried before it was given up, at least 1. */
  attempts: z.int().min(1),
  original: OriginalRecord,
});
export type DeadLetter = z.infer<typeof DeadLetter>;

/** As JSON Schema says that a part is there, or what is known of it in `left_out`. */
function presentOr(
  part: "key" | "value" | "headers",
  field: "key_base64" | "value_base64" | "headers",
) {
  return {
    anyOf: [
      { required: [field] },
      {
        properties: { left_out: { type: "object", required: [part] } },
        required: ["left_out"],
      },
    ],
  };
}

function isThere(part: unknown): boolean {
  return part !== undefined;
}
