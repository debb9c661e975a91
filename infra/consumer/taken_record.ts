import type { Buffer } from "node:buffer";
import type { ReceivedRecord, RecordHeader, RecordSlice } from "#kafka/port.ts";

/**
 * A record in hand: its fields are read, once, so that it may be copied as any object, its headers excepted. A copy has no slice, for it
 * may say something else than what came.
 */
export class TakenRecord implements ReceivedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
  readonly #received: ReceivedRecord;

  constructor(received: ReceivedRecord) {
    this.topic = received.topic;
    this.partition = received.partition;
    this.offset = received.offset;
    this.timestampMs = received.timestampMs;
    this.key = received.key;
    this.value = received.value;
    this.headers = received.headers;
    this.#received = received;
  }

  get slice(): RecordSlice | undefined {
    return this.#received.slice;
  }
}
