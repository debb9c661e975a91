/// <reference path="../patches/protocol.d.ts" />
import Encoder from "kafkajs/src/protocol/encoder.js";
import {
  lengthOf,
  NO_TAGS,
  readStructures,
  skipTags,
} from "../wire/flexible_request.ts";
import {
  ACKS_ALL,
  coordinatesOf,
  type ProduceVersion,
  roomFor,
} from "./produce_version.ts";

/**
 * Version 12: what is written within a transaction makes its partition part of it (KIP-890). For brokers whose
 * `transaction.version` is 2.
 */
export const produceV12: ProduceVersion = {
  version: 12,
  write({ batches, transactionalId, timeoutMs }) {
    const byTopic = Map.groupBy(batches, ({ topic }) => topic);
    const encoder = new Encoder(roomFor(batches))
      .writeUVarInt(NO_TAGS) // of the header
      .writeUVarIntString(transactionalId ?? null)
      .writeInt16(ACKS_ALL)
      .writeInt32(timeoutMs)
      .writeUVarInt(lengthOf(byTopic.size));
    for (const [topic, partitions] of byTopic) {
      encoder.writeUVarIntString(topic)
        .writeUVarInt(lengthOf(partitions.length));
      for (const { partition, bytes } of partitions) {
        encoder.writeInt32(partition).writeUVarIntBytes(bytes)
          .writeUVarInt(NO_TAGS);
      }
      encoder.writeUVarInt(NO_TAGS);
    }
    return encoder.writeUVarInt(NO_TAGS);
  },
  read(decoder) {
    skipTags(decoder); // of the header
    const errors = new Map<string, number>();
    readStructures(decoder, () => {
      const topic = decoder.readUVarIntString() ?? "";
      readStructures(decoder, () => {
        const partition = decoder.readInt32();
        errors.set(coordinatesOf(topic, partition), decoder.readInt16());
        decoder.readInt64(); // base offset
        decoder.readInt64(); // log append time
        decoder.readInt64(); // log start offset
        readStructures(decoder, () => {
          decoder.readInt32(); // which record is at fault
          decoder.readUVarIntString(); // in words
        });
        decoder.readUVarIntString(); // the error in words
      });
    });
    const clientSideThrottleTime = decoder.readInt32();
    skipTags(decoder);
    return { errors, clientSideThrottleTime };
  },
};
