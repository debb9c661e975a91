import type { Buffer } from "node:buffer";
import type {
  OutgoingRecord,
  ReceivedRecord,
  RecordHeader,
  RecordSlice,
} from "./port.ts";

/**
 * A received record on its way to another topic: key, value and headers as they came, and others behind those. It reads as any record
 * that is to be written. Who writes it may copy what came as one slice: to take it apart and put it together again costs as much as to
 * judge it.
 */
export class PassedOnRecord implements OutgoingRecord {
  readonly topic: string;
  readonly #received: ReceivedRecord;
  /** Headers behind those that came. */
  readonly added: readonly RecordHeader[];

  constructor(
    topic: string,
    received: ReceivedRecord,
    added: readonly RecordHeader[] = [],
  ) {
    this.topic = topic;
    this.#received = received;
    this.added = added;
  }

  get key(): Buffer | null {
    return this.#received.key;
  }

  get value(): Buffer | null {
    return this.#received.value;
  }

  /** Those that came and those that were added, in order. */
  get headers(): readonly RecordHeader[] {
    const { headers } = this.#received;
    return this.added.length === 0 ? headers : [...headers, ...this.added];
  }

  /** All but what was added; undefined if it can only be taken field by field. */
  get slice(): RecordSlice | undefined {
    return this.#received.slice;
  }

  /** The same with more headers. */
  with(more: readonly RecordHeader[]): PassedOnRecord {
    return new PassedOnRecord(
      this.topic,
      this.#received,
      this.added.length === 0 ? more : [...this.added, ...more],
    );
  }
}
