/// <reference path="../patches/broker.d.ts" />
/// <reference path="../patches/protocol.d.ts" />
import { Buffer } from "node:buffer";
import Encoder from "kafkajs/src/protocol/encoder.js";
import { encodeRecordBatch } from "../wire/record_batch.ts";

/**
 * For tests of what reads: a broker's answer to a fetch, with the whole log of a partition in it.
 *
 * @param end how many records the log has: those of offsets below it
 */
export function answerWithLog(topic: string, end: number): Buffer {
  const log = encodeRecordBatch(
    Array.from({ length: end }, (_, n) => ({
      topic,
      key: Buffer.from("k"),
      value: Buffer.from(`event ${n}`),
      headers: [],
    })),
    {
      producerId: 1n,
      producerEpoch: 0,
      firstSequence: 0,
      isTransactional: false,
    },
    0,
  );
  return new Encoder()
    .writeInt32(0).writeInt16(0).writeInt32(0)
    .writeInt32(1).writeString(topic)
    .writeInt32(1).writeInt32(0).writeInt16(0)
    .writeInt64(end).writeInt64(end).writeInt64(0)
    .writeInt32(-1).writeInt32(-1).writeBytes(log).buf;
}
