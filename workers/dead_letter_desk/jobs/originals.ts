import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { DeadLetter, type LeftOut } from "#contracts/dead_letter.ts";
import { headers as names } from "#contracts/headers.ts";
import { parseJsonObject } from "#contracts/parse.ts";
import { encodedHeaders } from "#consumer/letter_shape.ts";
import type { KafkaClient, ReceivedRecord, RecordHeader } from "#kafka/port.ts";
import { formatPart, type Part } from "#kafka/record_coordinates.ts";
import { readToTheEnd } from "#kafka/read_to_the_end.ts";
import type { Position, Range } from "../actions/offsets.ts";
import { rangesOf } from "../actions/offsets.ts";

/** A record as a service had it when it failed. */
export type Original = {
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
  /** Of several things in it, the one that is sent again; undefined if the whole is. */
  readonly part?: Part | undefined;
};

/** The same, its bytes in base64: as letters have them, and as a judge takes them. */
export type EncodedOriginal = {
  readonly topic: string;
  readonly key_base64: string | null;
  readonly value_base64: string | null;
  readonly headers: readonly {
    readonly name: string;
    readonly value_base64: string;
  }[];
  readonly part?: Part | undefined;
};

/** To read on over so many records that nobody asked for costs no more than to ask anew: a fetch brings as many. */
const READ_OVER = 2_000;

/**
 * Records of a topic in given ranges, in their order, as they are read. What retention has removed is absent.
 *
 * @param ranges in the order of partition and offset
 * @throws {TransientError} if Kafka is away; {PartitionError} if what is asked for cannot be read
 */
export async function* recordsIn(
  kafka: Pick<KafkaClient, "read">,
  topic: string,
  ranges: readonly Range[],
): AsyncGenerator<readonly ReceivedRecord[]> {
  const asked = joined(ranges).map(({ partition, first, last }) => ({
    partition,
    from: first,
    to: last + 1,
  }));
  let n = 0;
  for await (const batch of readToTheEnd(kafka, { topic, ranges: asked })) {
    yield batch.records.filter((record) => {
      let range = ranges[n];
      while (range !== undefined && isBehind(record, range)) {
        range = ranges[++n];
      }
      return range !== undefined && record.offset >= range.first;
    });
  }
}

function isBehind({ partition, offset }: Position, range: Range): boolean {
  return partition > range.partition ||
    partition === range.partition && offset > range.last;
}

/** Records of a topic at given positions, by `partition/offset`. What retention has removed is absent. */
export async function recordsAt(
  kafka: Pick<KafkaClient, "read">,
  topic: string,
  positions: readonly Position[],
): Promise<ReadonlyMap<string, ReceivedRecord>> {
  const found = new Map<string, ReceivedRecord>();
  for await (const records of recordsIn(kafka, topic, rangesOf(positions))) {
    for (const record of records) found.set(nameOf(record), record);
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
  const encoded = await encodedOriginalOf(kafka, record);
  return encoded && {
    topic: encoded.topic,
    key: bytesIn(encoded.key_base64),
    value: bytesIn(encoded.value_base64),
    headers: encoded.headers.map(({ name, value_base64 }) => ({
      name,
      value: Buffer.from(value_base64, "base64"),
    })),
    ...encoded.part && { part: encoded.part },
  };
}

/** The same, as it stands in the letter. */
export async function encodedOriginalOf(
  kafka: Pick<KafkaClient, "read">,
  record: ReceivedRecord,
): Promise<EncodedOriginal | undefined> {
  const json = parseJsonObject(record.value);
  const read = json.ok ? DeadLetter.safeParse(json.value) : undefined;
  if (!read?.success) return undefined;
  const { source_topic: topic, source_partition, source_offset, original } =
    read.data;
  const { left_out } = original;
  const part = partOf(read.data.source_item, read.data.source_items);
  const of = { topic, ...part && { part } };
  if (left_out === undefined) return whole(of, original);
  const source = (await recordsAt(kafka, topic, [
    { partition: source_partition, offset: source_offset },
  ])).get(`${source_partition}/${source_offset}`);
  const there = source && encoded(source);
  const found = <T>(
    kept: T | undefined,
    out: LeftOut | undefined,
    { is, as }: { is: Buffer | null | undefined; as: T | undefined },
  ) => out === undefined ? kept : isThat(is, out) ? as : undefined;
  return whole(of, {
    key_base64: found(original.key_base64, left_out.key, {
      is: source?.key,
      as: there?.key_base64,
    }),
    value_base64: found(original.value_base64, left_out.value, {
      is: source?.value,
      as: there?.value_base64,
    }),
    headers: found(original.headers, left_out.headers, {
      is: there && Buffer.from(JSON.stringify(there.headers)),
      as: there?.headers,
    }),
  });
}

/** A record of a topic, as letters would have it. */
export function encoded(
  { topic, key, value, headers, part }: Original,
): EncodedOriginal {
  return {
    topic,
    key_base64: base64Of(key),
    value_base64: base64Of(value),
    headers: encodedHeaders(headers),
    ...part && { part },
  };
}

/** The same as a replay would have it, for whoever judges that: only the thing in it that would be sent again is asked for. */
export function asReplayed(
  { part, headers, ...original }: EncodedOriginal,
): Omit<EncodedOriginal, "part"> {
  const kept = headers.filter(({ name }) => name !== names.replayItem);
  if (part !== undefined) {
    const value = Buffer.from(formatPart(part)).toString("base64");
    kept.push({ name: names.replayItem, value_base64: value });
  }
  return { ...original, headers: kept };
}

/** Which of several things in a record a letter, or a pointer, is about; undefined if it is about the whole. */
export function partOf(
  item: number | null | undefined,
  items: number | null | undefined,
): Part | undefined {
  return typeof item === "number" && typeof items === "number"
    ? { item, items }
    : undefined;
}

function whole(
  of: Pick<EncodedOriginal, "topic" | "part">,
  { key_base64, value_base64, headers }: Partial<EncodedOriginal>,
): EncodedOriginal | undefined {
  return key_base64 === undefined || value_base64 === undefined ||
      headers === undefined
    ? undefined
    : { ...of, key_base64, value_base64, headers };
}

export function bytesIn(base64: string | null): Buffer | null {
  return base64 === null ? null : Buffer.from(base64, "base64");
}

export function base64Of(bytes: Buffer | null): string | null {
  return bytes === null ? null : bytes.toString("base64");
}

/** What stands at a position today need not be what stood there. */
function isThat(
  bytes: Buffer | null | undefined,
  { sha256 }: LeftOut,
): bytes is Buffer {
  return bytes !== null && bytes !== undefined &&
    createHash("sha256").update(bytes).digest("hex") === sha256;
}
