import type { OutgoingRecord } from "../../port.ts";
import type { PartitionRecords } from "./partitions.ts";
import { EMPTY_BATCH_BYTES, mostBytesOf } from "../wire/record_batch.ts";

/**
 * Records of one partition that are not written yet, in order, as the batches they go in: one at a time, as
 * the next may only bear its number once the last is known to be written, or not to be.
 */
export class PartitionBacklog {
  readonly topic: string;
  readonly partition: number;
  #mostBytes: number;
  /** None of them empty. */
  #batches: (readonly OutgoingRecord[])[];

  /** @param mostBytes of a batch of more than one record */
  constructor(
    { topic, partition, records }: PartitionRecords,
    mostBytes: number,
  ) {
    this.topic = topic;
    this.partition = partition;
    this.#mostBytes = mostBytes;
    this.#batches = cut(records, mostBytes);
  }

  /** What goes next; undefined if nothing is left. */
  get head(): readonly OutgoingRecord[] | undefined {
    return this.#batches[0];
  }

  /** The head is done with, one way or the other. */
  shift(): void {
    this.#batches.shift();
  }

  /** Cuts all that is left into batches that are no larger, a record that is larger alone. */
  recut(mostBytes: number): void {
    if (mostBytes >= this.#mostBytes) return;
    this.#mostBytes = mostBytes;
    this.#batches = this.#batches.flatMap((batch) => cut(batch, mostBytes));
  }

  /** Lets go of all that is left, and returns it. */
  clear(): readonly OutgoingRecord[] {
    return this.#batches.splice(0).flat();
  }
}

function cut(
  records: readonly OutgoingRecord[],
  mostBytes: number,
): OutgoingRecord[][] {
  const batches: OutgoingRecord[][] = [];
  let batch: OutgoingRecord[] = [];
  let bytes = EMPTY_BATCH_BYTES;
  for (const record of records) {
    const size = mostBytesOf(record);
    if (batch.length > 0 && bytes + size > mostBytes) {
      batches.push(batch);
      batch = [];
      bytes = EMPTY_BATCH_BYTES;
    }
    batch.push(record);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
