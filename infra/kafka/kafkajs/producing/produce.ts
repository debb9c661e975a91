/// <reference path="../patches/broker.d.ts" />
/// <reference path="../patches/decoder.d.ts" />
/// <reference path="../patches/protocol.d.ts" />
import type { Buffer } from "node:buffer";
import type { Broker } from "kafkajs/src/broker/index.js";
import Decoder from "kafkajs/src/protocol/decoder.js";
import Encoder from "kafkajs/src/protocol/encoder.js";
import protocolErrors from "kafkajs/src/protocol/error.js";

/** Produce, version 7: the last before those that kafkajs cannot write (KIP-482), in Kafka since 2.1. */
const API_KEY = 0;
const API_VERSION = 7;

/** Every in-sync replica. */
const ACKS_ALL = -1;

/** A record batch on its way to the leader of a partition. */
export type PartitionBatch = {
  readonly topic: string;
  readonly partition: number;
  /** As `encodeRecordBatch` made it. */
  readonly bytes: Buffer;
};

/**
 * Asks a broker to append batches, at most one a partition, and waits until all in-sync replicas have them.
 *
 * @param timeoutMs milliseconds the broker waits for the replicas
 * @returns for each batch the error it was refused with; undefined if it is written
 * @throws if no answer comes: each batch may be written or not
 */
export async function produce(
  { connectionPool }: Broker,
  { batches, transactionalId, timeoutMs }: {
    batches: readonly PartitionBatch[];
    transactionalId: string | undefined;
    timeoutMs: number;
  },
): Promise<readonly (Error | undefined)[]> {
  const codes = await connectionPool.send({
    request: {
      apiKey: API_KEY,
      apiVersion: API_VERSION,
      apiName: "Produce",
      encode: () =>
        Promise.resolve(encode(batches, transactionalId, timeoutMs)),
    },
    response: {
      decode: (answer) => Promise.resolve(decode(answer)),
      parse: (answer) => Promise.resolve(answer),
    },
    logResponseError: false,
  });
  return batches.map(({ topic, partition }) => {
    const code = codes.errors.get(coordinatesOf(topic, partition));
    if (code === undefined) {
      return new Error(`The answer says nothing of ${topic}/${partition}`);
    }
    return code === 0 ? undefined : protocolErrors.createErrorFromCode(code);
  });
}

function encode(
  batches: readonly PartitionBatch[],
  transactionalId: string | undefined,
  timeoutMs: number,
): Encoder {
  const byTopic = Map.groupBy(batches, ({ topic }) => topic);
  const size = batches.reduce((sum, { bytes }) => sum + bytes.length + 8, 512);
  const encoder = new Encoder(size)
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
}

type Answer = {
  /** Error codes by topic and partition; 0 is none. */
  readonly errors: ReadonlyMap<string, number>;
  /** Milliseconds in which the broker asks to be left alone; kafkajs sees to it (KIP-219). */
  readonly clientSideThrottleTime: number;
};

function decode(answer: Uint8Array): Answer {
  const decoder = new Decoder(answer);
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
}

function coordinatesOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
