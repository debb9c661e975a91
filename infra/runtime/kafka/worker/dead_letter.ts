import { Buffer } from "node:buffer";
import type { DeadLetter } from "#contracts/dead_letter.ts";
import { headers } from "#contracts/headers.ts";
import { isTooDeep, type Rejection } from "#contracts/parse.ts";
import { flawsIn } from "#contracts/portable_json.ts";
import { header } from "../headers.ts";
import type { OutgoingRecord, ReceivedRecord } from "../port.ts";

/** The dead letter of a record: readable, and with the original to the byte for a replay. */
export function deadLetterOf(
  record: ReceivedRecord,
  { topic, service, rejection, attempts, at }: {
    topic: string;
    service: string;
    rejection: Rejection;
    attempts: number;
    at: Date;
  },
): OutgoingRecord {
  const letter: Omit<DeadLetter, "event"> = {
    failed_service: service,
    error_message: rejection.message.replaceAll("\0", "\ufffd"),
    source_topic: record.topic,
    source_partition: record.partition,
    source_offset: record.offset,
    timestamp: at.toISOString(),
    error_code: rejection.code,
    issues: [...rejection.issues],
    attempts,
    original: {
      key_base64: record.key?.toString("base64") ?? null,
      value_base64: record.value?.toString("base64") ?? null,
      headers: record.headers.map(({ name, value }) => ({
        name,
        value_base64: value.toString("base64"),
      })),
    },
  };
  const json = JSON.stringify(letter);
  return {
    topic,
    key: record.key,
    value: Buffer.from(
      `${json.slice(0, -1)},"event":${eventJson(record.value)}}`,
    ),
    headers: [
      ...record.headers,
      header(headers.failedService, service),
      header(headers.errorCode, rejection.code),
    ],
  };
}

/** Past this many bytes an original is not shown a second time: with both, a letter may not fit. */
const MAX_SHOWN_BYTES = 1024 * 1024;

/**
 * The original as a JSON text. What is JSON already goes in as it is written, not parsed and printed
 * again: so numbers keep every digit. What other readers could not take, or would take otherwise, goes in
 * as a string, as what is not JSON does: what nests too deep, keys that repeat, numbers beyond a double.
 */
function eventJson(value: Buffer | null): string {
  if (value === null) return "null";
  if (value.length > MAX_SHOWN_BYTES) {
    return JSON.stringify(
      `(${value.length} bytes, only in original.value_base64)`,
    );
  }
  const text = value.toString("utf8");
  try {
    const parsed: unknown = JSON.parse(text);
    const isForAll = !isTooDeep(text) && flawsIn(text, parsed).length === 0;
    return isForAll ? text : jsonText(text);
  } catch {
    return jsonText(text);
  }
}

/** A text as a JSON string that every reader can hold: PostgreSQL's jsonb, for one, holds no NUL. */
function jsonText(text: string): string {
  return JSON.stringify(text.replaceAll("\0", "\ufffd"));
}
