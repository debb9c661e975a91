import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { DeadLetter, type LeftOut } from "#contracts/dead_letter.ts";
import { parseJsonObject } from "#contracts/parse.ts";
import type { KafkaClient, ReceivedRecord, RecordHeader } from "#kafka/port.ts";
import type { Position, Range } from "../actions/offsets.ts";
import { rangesOf } from "../actions/offsets.ts";

/** A record as a service had it when it failed. */
export type Original = {
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
};

/** To read on over so many records that nobody asked for costs less than to ask anew. */
const READ_OVER = 500;

/** Records of a topic at given positions, by `partition/offset`. What retention has removed is absent. */
export async function recordsAt(
  kafka: Pick<KafkaClient, "read">,
  topic: string,
  positions: readonly Position[],
): Promise<ReadonlyMap<string, ReceivedRecord>> {
  const wanted = new Set(positions.map(nameOf));
  const found = new Map<string, ReceivedRecord>();
  const ranges = joined(rangesOf(positions)).map((
    { partition, first, last },
  ) => ({ partition, from: first, to: last + 1 }));
  for await (const { records } of kafka.read({ topic, ranges })) {
    for (const record of records) {
      if (wanted.has(nameOf(record))) found.set(nameOf(record), record);
    }
  }
  return found;
}

export function nameOf({ partition, offset }: Position): string {
  return `${partition}/${offset}`;
}

function joined(ranges: readonly Range[]): Range[] {
  const all: Range[] = [];
  for (const range of ranges) {
    const last = all.at(-1);
    if (
      last?.partition === range.partition &&
      range.first - last.last <= READ_OVER
    ) {
      all[all.length - 1] = { ...last, last: range.last };
    } else all.push(range);
  }
  return all;
}

/**
 * The record that a dead letter is of, to the byte. What the letter had no room for is read from where the record was.
 *
 * @returns undefined if a part of it is nowhere any more
 */
export async function originalOf(
  kafka: Pick<KafkaClient, "read">,
  record: ReceivedRecord,
): Promise<Original | undefined> {
  const json = parseJsonObject(record.value);
  const read = json.ok ? DeadLetter.safeParse(json.value) : undefined;
  if (!read?.success) return undefined;
  const { source_topic: topic, source_partition, source_offset, original } =
    read.data;
  const { key_base64, value_base64, headers, left_out } = original;
  const source = left_out === undefined
    ? undefined
    : (await recordsAt(kafka, topic, [
      { partition: source_partition, offset: source_offset },
    ])).get(`${source_partition}/${source_offset}`);
  const part = (
    text: string | null | undefined,
    out: LeftOut | undefined,
    there: Buffer | null | undefined,
  ) =>
    out === undefined
      ? bytesOf(text ?? null)
      : isThat(there, out)
      ? there
      : undefined;
  const key = part(key_base64, left_out?.key, source?.key);
  const value = part(value_base64, left_out?.value, source?.value);
  const its = left_out?.headers === undefined
    ? headers?.map((one) => ({
      name: one.name,
      value: Buffer.from(one.value_base64, "base64"),
    }))
    : source?.headers;
  if (key === undefined || value === undefined || its === undefined) {
    return undefined;
  }
  return { topic, key, value, headers: its };
}

function bytesOf(base64: string | null): Buffer | null {
  return base64 === null ? null : Buffer.from(base64, "base64");
}

/** What stands at a position today need not be what stood there. */
function isThat(
  bytes: Buffer | null | undefined,
  { sha256 }: LeftOut,
): bytes is Buffer {
  return bytes !== null && bytes !== undefined &&
    createHash("sha256").update(bytes).digest("hex") === sha256;
}
