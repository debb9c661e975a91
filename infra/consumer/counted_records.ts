import type { ReceivedRecord } from "#kafka/port.ts";

/**
 * Which records this process has counted already: per partition, all below an offset. One for all stays in
 * the group, so that a record that is committed a second time by the same process counts once.
 *
 * It happens if a partition comes back after its position was read too low, or was lost. That another
 * process has counted a record, or that one was committed and its process died before counting, is not known.
 */
export class CountedRecords {
  readonly #nextOffsets = new Map<number, number>();

  /**
   * Those of a batch that were not counted before, which are from now on.
   *
   * @param batch of one partition, in the order of its offsets
   */
  take<T extends { readonly record: Pick<ReceivedRecord, "offset"> }>(
    partition: number,
    batch: readonly T[],
  ): readonly T[] {
    const next = this.#nextOffsets.get(partition) ?? 0;
    const last = batch.at(-1)?.record.offset ?? -1;
    this.#nextOffsets.set(partition, Math.max(next, last + 1));
    const first = batch[0]?.record.offset ?? 0;
    return first >= next
      ? batch
      : batch.filter(({ record }) => record.offset >= next);
  }
}
