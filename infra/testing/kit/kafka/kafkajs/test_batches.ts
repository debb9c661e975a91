/** Record batches as a broker keeps them, whole and damaged, for tests. */
import { Buffer } from "node:buffer";
import type { OutgoingRecord } from "#kafka/port.ts";
import type { AbortedTransaction } from "#kafka/kafkajs/transactions/aborted_transactions.ts";
import { crc32c } from "#kafka/kafkajs/wire/crc32c.ts";
import {
  type FetchedRecords,
  readRecords,
} from "#kafka/kafkajs/consuming/fetched_records.ts";
import { encodeRecordBatch } from "#kafka/kafkajs/wire/record_batch.ts";

/** Milliseconds since the epoch, of every record. */
export const NOW_MS = 1_795_000_000_123;

/** Where a batch's records begin, and some of what lies before them. */
export const at = {
  length: 8,
  magic: 16,
  crc: 17,
  attributes: 21,
  count: 57,
  records: 61,
};

export const record = (value: string): OutgoingRecord => ({
  topic: "t",
  key: null,
  value: Buffer.from(value),
  headers: [],
});

export function batch(
  baseOffset: number,
  records: readonly OutgoingRecord[],
  { producerId = 1n, isTransactional = false, isControl = false } = {},
): Buffer {
  const author = {
    producerId,
    producerEpoch: 0,
    firstSequence: 0,
    isTransactional,
  };
  const bytes = Buffer.from(encodeRecordBatch(records, author, NOW_MS));
  bytes.writeBigInt64BE(BigInt(baseOffset), 0);
  if (isControl) bytes.writeInt16BE(bytes.readInt16BE(21) | 32, 21);
  return sealed(bytes);
}

/** Its length and its checksum as they should be, so that nothing but what is in it is wrong. */
export function sealed(bytes: Buffer): Buffer {
  bytes.writeInt32BE(bytes.length - 12, at.length);
  bytes.writeUInt32BE(crc32c(bytes, at.attributes, bytes.length), at.crc);
  return bytes;
}

/** The same batch with other records, as a codec makes them. */
export function withBody(batch: Buffer, codec: number, body: Buffer): Buffer {
  const bytes = Buffer.concat([batch.subarray(0, at.records), body]);
  bytes.writeInt16BE(bytes.readInt16BE(at.attributes) | codec, at.attributes);
  return sealed(bytes);
}

/** Reads what a fetch from `from` on brought of partition 3 of topic t. */
export function read(
  batches: readonly Buffer[],
  { aborted = [], from = 0, decompressed = { bytes: 0 } }: {
    aborted?: readonly AbortedTransaction[];
    from?: number;
    decompressed?: { bytes: number };
  } = {},
): FetchedRecords {
  return readRecords(Buffer.concat(batches), {
    topic: "t",
    partition: 3,
    from,
    aborted,
    decompressed,
  });
}

export const offsetsOf = ({ records }: FetchedRecords) =>
  records.map(({ offset }) => offset);
