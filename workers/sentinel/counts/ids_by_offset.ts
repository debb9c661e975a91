/** Offsets back to which a repeated id is looked for. What repeats later is a repair, and not a sender that sends twice. */
export const LOOKED_BACK = 10_000;

/**
 * The ids of a partition's latest events by their offsets. Whether one is a repeated one follows from the log alone: it may be asked
 * again, and after a restart, and the answer is the same.
 */
export class IdsByOffset {
  readonly #lookedBack: number;
  /** Each id's offsets, in order. */
  readonly #offsets = new Map<string, number[]>();
  /** What to forget next, in order. */
  readonly #order: { id: string; offset: number }[] = [];
  #known = -1;

  constructor(lookedBack = LOOKED_BACK) {
    this.#lookedBack = lookedBack;
  }

  /** The offset up to which ids are known; -1 before the first. */
  get known(): number {
    return this.#known;
  }

  add(id: string, offset: number): void {
    if (offset < this.#known) return;
    this.#known = offset + 1;
    const offsets = this.#offsets.get(id);
    if (offsets === undefined) this.#offsets.set(id, [offset]);
    else offsets.push(offset);
    this.#order.push({ id, offset });
    // A batch that is tried again asks of offsets before the latest: twice as much is kept.
    if (this.#order.length > 4 * this.#lookedBack) this.#forget();
  }

  /** Whether the id stands in one of the events before an offset. */
  isRepeated(id: string, offset: number): boolean {
    return this.#offsets.get(id)?.some((one) =>
      one < offset && one >= offset - this.#lookedBack
    ) ?? false;
  }

  #forget(): void {
    const gone = this.#order.splice(0, 2 * this.#lookedBack);
    for (const { id } of gone) {
      const offsets = this.#offsets.get(id);
      offsets?.shift();
      if (offsets?.length === 0) this.#offsets.delete(id);
    }
  }
}
