import { Buffer } from "node:buffer";
import type { Part } from "#kafka/record_coordinates.ts";
import { DIGEST_BYTES } from "./digest.ts";

/**
 * Something a stage made of one record: a record it forwarded, a pointer to what is not mapped, a dead letter, or a row, which may be
 * superseded by a fact of a higher mapping version.
 */
export type Output = {
  readonly kind:
    | "record"
    | "dead letter"
    | "row"
    | "superseded row"
    | "unmapped";
  /** The input record it names as its source. */
  readonly source: { readonly partition: number; readonly offset: number };
  /** Of several things in the source, the one that it was made from; absent if it is of the whole. */
  readonly part?: Part | undefined;
  /** Of the mapping that made it; absent if none did. */
  readonly version?: number | undefined;
  /** Where it is itself; a row is nowhere. */
  readonly partition: number;
  readonly offset: number;
  /** Of the body; of the `event_id`, for a row; absent if a dead letter does not hold the body. */
  readonly digest: Buffer | undefined;
  /** Of the coordinates that it says it replays; absent if it says none. */
  readonly replay: Buffer | undefined;
};

const kinds = [
  "record",
  "dead letter",
  "row",
  "superseded row",
  "unmapped",
] as const;
const [KIND, HAS_DIGEST, IS_REPLAY] = [7, 8, 16];

/** Source, kind, coordinates, two digests, which part of how many, the version of the mapping. Sorted as bytes they are in the order of their sources. */
export const OUTPUT_BYTES = 4 + 6 + 1 + 4 + 6 + 2 * DIGEST_BYTES + 2 + 2 + 4;

const PART_AT = 21 + 2 * DIGEST_BYTES;

export function encodeOutput(output: Output): Buffer {
  const { kind, source, partition, offset, digest, replay } = output;
  const entry = Buffer.alloc(OUTPUT_BYTES);
  entry.writeUInt32BE(source.partition, 0);
  entry.writeUIntBE(source.offset, 4, 6);
  entry.writeUInt8(
    kinds.indexOf(kind) | (digest ? HAS_DIGEST : 0) | (replay ? IS_REPLAY : 0),
    10,
  );
  entry.writeUInt32BE(partition, 11);
  entry.writeUIntBE(offset, 15, 6);
  if (digest) entry.set(digest, 21);
  if (replay) entry.set(replay, 21 + DIGEST_BYTES);
  entry.writeUInt16BE(output.part?.item ?? 0, PART_AT);
  entry.writeUInt16BE(output.part?.items ?? 0, PART_AT + 2);
  entry.writeUInt32BE(output.version ?? 0, PART_AT + 4);
  return entry;
}

export function decodeOutput(entry: Buffer): Output {
  const flags = entry.readUInt8(10);
  const digestAt = (at: number) => entry.subarray(at, at + DIGEST_BYTES);
  const [item, items, version] = [
    entry.readUInt16BE(PART_AT),
    entry.readUInt16BE(PART_AT + 2),
    entry.readUInt32BE(PART_AT + 4),
  ];
  return {
    kind: kinds[flags & KIND] ?? "record",
    source: {
      partition: entry.readUInt32BE(0),
      offset: entry.readUIntBE(4, 6),
    },
    partition: entry.readUInt32BE(11),
    offset: entry.readUIntBE(15, 6),
    digest: flags & HAS_DIGEST ? digestAt(21) : undefined,
    replay: flags & IS_REPLAY ? digestAt(21 + DIGEST_BYTES) : undefined,
    part: item === 0 ? undefined : { item, items },
    version: version === 0 ? undefined : version,
  };
}
