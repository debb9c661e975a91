/** A record in its place on the timeline. */
export type Placed<T> = {
  readonly offset: number;
  /** The latest that the broker's clock had said in the partition up to here, in milliseconds. */
  readonly effectiveMs: number;
  /** The second that it counts to. */
  readonly slice: number;
  readonly content: T;
};

/** A record as it is read. */
export type Entry<T> = {
  readonly offset: number;
  /** When the broker appended it. */
  readonly timestampMs: number;
  readonly content: T;
};

/** Records of a partition read together, without a gap between `from` and `nextOffset`. */
export type Fed<T> = {
  readonly from: number;
  readonly nextOffset: number;
  readonly entries: readonly Entry<T>[];
};

/** Where a partition is, of which all before is folded. */
export type LaneCut = {
  /** Behind the last record that is folded; 0 if none is. */
  readonly offset: number;
  readonly effectiveMs: number;
};

/** What it was asked for at a partition's end: everything of slices before `below` lies before `offset`. */
export type End = { readonly offset: number; readonly below: number };

export const SLICE_MS = 1000;
export const NOTHING_YET: LaneCut = { offset: 0, effectiveMs: -1 };

/** One partition on the timeline: what is read of it and not folded yet, and what was answered. */
export class Lane<T, A> {
  /** Answers to the records of an owned partition, until they are committed; in the order of their offsets. */
  readonly answers = new Map<number, A>();
  isOwned = false;
  #cut: LaneCut;
  #fed: number;
  #effectiveMs: number;
  /** Behind the last record that was judged or folded. */
  #passed: number;
  #end: End = { offset: Infinity, below: -1 };
  #waiting: Placed<T>[] = [];
  /** Of those that wait: how many are of the slice in hand, and how many of these are judged. */
  #inHand = 0;
  #judged = 0;

  constructor(cut: LaneCut) {
    this.#cut = cut;
    this.#fed = cut.offset;
    this.#effectiveMs = cut.effectiveMs;
    this.#passed = cut.offset;
  }

  get cut(): LaneCut {
    return this.#cut;
  }

  /** Every record before this offset is read. */
  get fed(): number {
    return this.#fed;
  }

  /** How many records are read and not folded. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Takes records in. What was read before is left out, and so is what lies behind a gap. Returns how many came too late. */
  feed({ from, nextOffset, entries }: Fed<T>, slice: number): number {
    if (from > this.#fed) return 0;
    let late = 0;
    for (const { offset, timestampMs, content } of entries) {
      if (offset < this.#fed) continue;
      this.#effectiveMs = Math.max(this.#effectiveMs, timestampMs);
      const own = Math.floor(this.#effectiveMs / SLICE_MS);
      if (own < slice) late++;
      this.#waiting.push({
        offset,
        effectiveMs: this.#effectiveMs,
        slice: Math.max(own, slice),
        content,
      });
    }
    this.#fed = Math.max(this.#fed, nextOffset);
    return late;
  }

  ended(end: End): void {
    this.#end = end;
  }

  /** Whether every record of slices before this one is read. */
  isCompleteBelow(slice: number): boolean {
    return Math.floor(this.#effectiveMs / SLICE_MS) >= slice ||
      (this.#end.below >= slice && this.#fed >= this.#end.offset);
  }

  /** Whether it is known that its end says nothing of the slices before this one. */
  mustAskEnd(slice: number): boolean {
    return this.#end.below < slice;
  }

  /** Whether an answer to a record can neither be had nor come any more. */
  isPast(offset: number): boolean {
    return offset < this.#passed && !this.answers.has(offset);
  }

  /** The first slice behind the one in hand that it has a record of. */
  nextSlice(slice: number): number | undefined {
    while (this.#waiting[this.#inHand]?.slice === slice) this.#inHand++;
    return this.#waiting[this.#inHand]?.slice;
  }

  /** The next record of the slice in hand that is to be judged. */
  takeToJudge(slice: number): Placed<T> | undefined {
    const next = this.#waiting[this.#judged];
    if (next === undefined || next.slice !== slice) return undefined;
    this.#judged++;
    this.#passed = next.offset + 1;
    return next;
  }

  /** The records of the slice in hand, which are folded now. */
  takeToFold(slice: number): readonly Placed<T>[] {
    this.nextSlice(slice);
    const taken = this.#waiting.splice(0, this.#inHand);
    const last = taken.at(-1);
    this.#inHand = 0;
    this.#judged = 0;
    if (last !== undefined) {
      const { offset, effectiveMs } = last;
      this.#cut = { offset: offset + 1, effectiveMs };
      this.#passed = Math.max(this.#passed, offset + 1);
    }
    return taken;
  }

  /** What lies before is committed, and nobody asks for it any more. */
  forget(nextOffset: number): void {
    for (const offset of this.answers.keys()) {
      if (offset >= nextOffset) return;
      this.answers.delete(offset);
    }
  }
}
