import type Decoder from "kafkajs/src/protocol/decoder.js";
import type { Buffer } from "node:buffer";
import type Encoder from "kafkajs/src/protocol/encoder.js";

/** A record batch on its way to the leader of a partition. */
export type PartitionBatch = {
  readonly topic: string;
  readonly partition: number;
  /** As `encodeRecordBatch` made it. */
  readonly bytes: Buffer;
};

export type ProduceRequest = {
  /** At most one a partition. */
  readonly batches: readonly PartitionBatch[];
  readonly transactionalId: string | undefined;
  /** Milliseconds the broker waits for the replicas. */
  readonly timeoutMs: number;
};

export type ProduceAnswer = {
  /** Error codes by topic and partition as `coordinatesOf` gives them; 0 is none. */
  readonly errors: ReadonlyMap<string, number>;
  /** Milliseconds in which the broker asks to be left alone; kafkajs sees to it (KIP-219). */
  readonly clientSideThrottleTime: number;
};

/** How a version of the Produce request is written, and its answer read. */
export type ProduceVersion = {
  readonly version: number;
  /** All that stands behind the request's header. */
  readonly write: (request: ProduceRequest) => Encoder;
  readonly read: (decoder: Decoder) => ProduceAnswer;
};

/** Every in-sync replica. */
export const ACKS_ALL = -1;

export function coordinatesOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

/** Bytes that hold a request of these batches, names and numbers included. */
export function roomFor(batches: readonly PartitionBatch[]): number {
  const beside = 32;
  return batches.reduce(
    (sum, { topic, bytes }) => sum + bytes.length + topic.length + beside,
    512,
  );
}
