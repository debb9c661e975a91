export type AbortedTransaction = {
  readonly producerId: bigint;
  readonly firstOffset: number;
};

/**
 * Which batches belong to aborted transactions. A broker lists those in the order in which they ended; they
 * are met in that in which they began. As the Java client does it: `CompletedFetch.nextFetchedRecord`,
 * Kafka 4.
 */
export class AbortedTransactions {
  readonly #toBegin: AbortedTransaction[];
  readonly #aborting = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#toBegin = aborted.toSorted((a, b) => a.firstOffset - b.firstOffset);
  }

  /** Asked of each batch, in order. */
  isVisible(
    { producerId, lastOffset, isTransactional, isControl, endsIn }: {
      producerId: bigint;
      lastOffset: number;
      isTransactional: boolean;
      isControl: boolean;
      /** What a batch of control records says of its transaction's end. */
      endsIn: () => "abort" | "commit";
    },
  ): boolean {
    while (
      this.#toBegin[0] !== undefined &&
      this.#toBegin[0].firstOffset <= lastOffset
    ) {
      const begun = this.#toBegin.shift();
      if (begun !== undefined) this.#aborting.add(begun.producerId);
    }
    if (isControl) {
      if (endsIn() === "abort") this.#aborting.delete(producerId);
      return false;
    }
    return !isTransactional || !this.#aborting.has(producerId);
  }
}
