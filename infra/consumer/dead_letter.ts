import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { DeadLetter } from "#contracts/dead_letter.ts";
import { headers } from "#contracts/headers.ts";
import { isTooDeep, type Rejection } from "#contracts/parse.ts";
import { flawsIn } from "#contracts/portable_json.ts";
import { topics } from "#contracts/topics.ts";
import { header } from "#kafka/headers.ts";
import type { OutgoingRecord, ReceivedRecord } from "#kafka/port.ts";
import { sizeOf } from "#kafka/publisher.ts";
import { formatCoordinates, type Part } from "#kafka/record_coordinates.ts";
import {
  leastBytesOf,
  type LetterShape,
  letterShapes,
  originalOf,
} from "./letter_shape.ts";

type About = {
  readonly topic: string;
  readonly service: string;
  readonly rejection: Rejection;
  /** Which of several things in the record it is about; undefined if it is about the whole. */
  readonly part?: Part | undefined;
  readonly attempts: number;
  readonly at: Date;
};

/** What the dead-letter topic takes by its contract, less what frames a record. */
const MAX_BYTES = topics.deadLetters.maxMessageBytes - 1024;

/** Of a reason that is cut short. */
const BRIEF_CHARACTERS = 200;

/**
 * The dead letter of a record: readable, and with the original to the byte for a replay. What it has no room
 * for it leaves out, as `letterShapes` says, and names by its hash.
 *
 * @param about whose `maxBytes` are those of key, value and headers; if the least that can be said takes
 * more, it is returned all the same
 */
export function deadLetterOf(
  record: ReceivedRecord,
  { maxBytes = MAX_BYTES, ...about }: About & { maxBytes?: number | undefined },
): OutgoingRecord {
  const { shapes, least } = letterShapes(record);
  for (const shape of shapes) {
    // What is far too large is not even made.
    if (leastBytesOf(record, shape) > maxBytes) continue;
    const letter = letterIn(shape, record, about);
    if (sizeOf(letter) <= maxBytes) return letter;
  }
  return letterIn(least, record, about);
}

function letterIn(
  shape: LetterShape,
  record: ReceivedRecord,
  { topic, service, rejection, part, attempts, at }: About,
): OutgoingRecord {
  const { code, issues } = rejection;
  const message = rejection.message.replaceAll("\0", "\ufffd");
  const letter: Omit<DeadLetter, "event"> = {
    failed_service: service,
    error_message: shape.isBrief
      ? message.slice(0, BRIEF_CHARACTERS).toWellFormed()
      : message,
    source_topic: record.topic,
    source_partition: record.partition,
    source_offset: record.offset,
    ...part && { source_item: part.item, source_items: part.items },
    timestamp: at.toISOString(),
    error_code: code,
    issues: shape.isBrief ? [] : [...issues],
    attempts,
    original: originalOf(record, shape),
  };
  const json = JSON.stringify(letter);
  const { key } = record;
  return {
    topic,
    // Letters of one key stay together.
    key: key !== null && shape.leftOut.has("key") ? digestOf(key) : key,
    value: Buffer.from(`${json.slice(0, -1)},"event":${shown(shape, record)}}`),
    headers: [
      // Whom a replay was for says who was to work on it, not who may read that it failed.
      ...shape.leftOut.has("headers")
        ? []
        : record.headers.filter(({ name }) => name !== headers.replayFor),
      header(headers.failedService, service),
      header(headers.errorCode, code),
    ],
  };
}

function digestOf(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}

/** No longer than what says where it is to be found. */
const ALWAYS_SHOWN_BYTES = 50;

function shown(
  { isShown, leftOut }: LetterShape,
  record: ReceivedRecord,
): string {
  const { value } = record;
  if (isShown || value === null || value.length <= ALWAYS_SHOWN_BYTES) {
    return eventJson(value);
  }
  const where = leftOut.has("value")
    ? formatCoordinates(record)
    : "original.value_base64";
  return JSON.stringify(`(${value.length} bytes, only in ${where})`);
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
