/// <reference path="../patches/protocol.d.ts" />
import Encoder from "kafkajs/src/protocol/encoder.js";
import {
  ACKS_ALL,
  coordinatesOf,
  type ProduceVersion,
  roomFor,
} from "./produce_version.ts";

/** Version 7: the last before the flexible ones (KIP-482), in Kafka since 2.1. */
export const produceV7: ProduceVersion = {
  version: 7,
  write({ batches, transactionalId, timeoutMs }) {
    const byTopic = Map.groupBy(batches, ({ topic }) => topic);
    const encoder = new Encoder(roomFor(batches))
      .writeString(transactionalId ?? null)
      .writeInt16(ACKS_ALL)
      .writeInt32(timeoutMs)
      .writeInt32(byTopic.size);
    for (const [topic, partitions] of byTopic) {
      encoder.writeString(topic).writeInt32(partitions.length);
      for (const { partition, bytes } of partitions) {
        encoder.writeInt32(partition).writeBytes(bytes);
      }
    }
    return encoder;
  },
  read(decoder) {
    const errors = new Map<string, number>();
    for (let topics = decoder.readInt32(); topics > 0; topics--) {
      const topic = decoder.readString();
      for (let partitions = decoder.readInt32(); partitions > 0; partitions--) {
        const partition = decoder.readInt32();
        errors.set(coordinatesOf(topic, partition), decoder.readInt16());
        decoder.readInt64(); // base offset
        decoder.readInt64(); // log append time
        decoder.readInt64(); // log start offset
      }
    }
    return { errors, clientSideThrottleTime: decoder.readInt32() };
  },
};
