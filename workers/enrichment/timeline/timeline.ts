import {
  type End,
  type Fed,
  Lane,
  type LaneCut,
  NOTHING_YET,
  type Placed,
} from "./lane.ts";

/** What a record may see: of every partition the records before these offsets. */
export type Cut = Readonly<Record<string, number>>;

/** What is remembered of the records, and what is answered to them by it. */
export interface Past<T, A> {
  /**
   * Answers a record by what is known before it: all that is folded, and the records of its partition that were judged since.
   * From then on it is known to those of its partition that are judged after it.
   */
  judge(record: Placed<T>, at: { partition: number; cut: Cut }): A;
  /** Takes in all records of a slice: those of the lower partition first, each partition's in their order. */
  fold(slice: readonly { partition: number; record: Placed<T> }[]): void;
}

/** What keeps the timeline from going on: which partitions may have more records of slices before `slice`. */
export type Blocked = {
  readonly slice: number;
  readonly partitions: readonly number[];
};

/**
 * The one order of the records of all partitions, that follows from the logs alone. Time is cut into slices of a second, by the
 * latest that the broker's clock had said in a partition. A record sees exactly all records of earlier slices, and those of its own
 * partition before it. So it makes no difference who reads what when, or how often: not what is seen depends on it, but only when.
 *
 * Slices are folded one after the other, each when no partition can have a further record of it. Records of partitions that are owned
 * are answered on the way, and the answers kept until they are committed: whoever asks again is given the same one.
 *
 * Whoever is furthest behind never waits: of partitions of which no more is read for now, the one that is read least far may be
 * answered up to its end, for all others are read further.
 */
export class Timeline<T, A> {
  readonly #past: Past<T, A>;
  readonly #lanes = new Map<number, Lane<T, A>>();
  #slice: number;
  #late = 0;
  #folded: number;
  #blocked: Blocked | undefined;

  /** @param from where what the past remembers ends; absent: it remembers nothing */
  constructor(past: Past<T, A>, from: TimelineCut = THE_BEGINNING) {
    this.#past = past;
    this.#slice = from.slice;
    this.#folded = from.folded;
    for (const [partition, cut] of from.lanes) {
      this.#lanes.set(partition, new Lane(cut));
    }
  }

  /** How many records came when their slice was folded already. */
  get late(): number {
    return this.#late;
  }

  /** What kept it from going on when it last tried; undefined if nothing waits to be answered. */
  get blocked(): Blocked | undefined {
    return this.#blocked;
  }

  /** Records that are read and not folded. */
  get waiting(): number {
    let count = 0;
    for (const { waiting } of this.#lanes.values()) count += waiting;
    return count;
  }

  /** Where what is folded ends. */
  get cut(): TimelineCut {
    const lanes = [...this.#lanes].map(([partition, { cut }]) =>
      [partition, cut] as const
    );
    return { slice: this.#slice, folded: this.#folded, lanes };
  }

  /** The topic has these partitions. */
  has(partitions: Iterable<number>): void {
    for (const partition of partitions) this.#lane(partition);
  }

  /** These are answered from now on, and no others. */
  own(partitions: readonly number[]): void {
    this.has(partitions);
    for (const [partition, lane] of this.#lanes) {
      lane.isOwned = partitions.includes(partition);
      if (!lane.isOwned) lane.answers.clear();
    }
  }

  feed(partition: number, fed: Fed<T>): void {
    this.#late += this.#lane(partition).feed(fed, this.#slice);
  }

  ended(partition: number, end: End): void {
    this.#lane(partition).ended(end);
  }

  lane(partition: number): Readonly<
    Pick<
      Lane<T, A>,
      | "fed"
      | "waiting"
      | "isOwned"
      | "cut"
      | "mustAskEnd"
      | "isCompleteBelow"
      | "isPast"
    >
  > {
    return this.#lane(partition);
  }

  /** The answer to a record, once it is there. */
  answer(partition: number, offset: number): A | undefined {
    return this.#lane(partition).answers.get(offset);
  }

  /** The group is so far in the partition. */
  committed(partition: number, nextOffset: number): void {
    this.#lane(partition).forget(nextOffset);
  }

  /**
   * Goes on as far as what was read lets it.
   *
   * @param options whose `mayFold` keeps what is folded as it is, and whose `atMost` is how many records are answered at most
   * @returns whether there may be more to do at once
   */
  advance(
    { mayFold = true, atMost = Infinity }: {
      mayFold?: boolean;
      atMost?: number;
    } = {},
  ): boolean {
    let left = atMost;
    for (;;) {
      left -= this.#judge(left);
      if (left <= 0) return true;
      const next = this.#next();
      if (next === undefined) {
        this.#blocked = undefined;
        return false;
      }
      const partitions = [...this.#lanes]
        .filter(([_, lane]) => !lane.isCompleteBelow(next))
        .map(([partition]) => partition);
      this.#blocked = { slice: next, partitions };
      if (partitions.length > 0 || !mayFold) return false;
      left -= this.#fold(next);
    }
  }

  /** Answers records of the slice in hand. */
  #judge(atMost: number): number {
    let count = 0;
    const cuts = this.#cuts();
    for (const [partition, lane] of this.#lanes) {
      if (!lane.isOwned) continue;
      for (; count < atMost; count++) {
        const record = lane.takeToJudge(this.#slice);
        if (record === undefined) break;
        const cut = { ...cuts, [partition]: record.offset };
        const answer = this.#past.judge(record, { partition, cut });
        lane.answers.set(record.offset, answer);
      }
    }
    return count;
  }

  #cuts(): Cut {
    const cuts = [...this.#lanes].map(([partition, { cut }]) =>
      [String(partition), cut.offset] as const
    );
    return Object.fromEntries(cuts);
  }

  #next(): number | undefined {
    let next: number | undefined;
    for (const lane of this.#lanes.values()) {
      const slice = lane.nextSlice(this.#slice);
      if (slice !== undefined && (next === undefined || slice < next)) {
        next = slice;
      }
    }
    return next;
  }

  #fold(next: number): number {
    const slice = [...this.#lanes]
      .sort(([one], [other]) => one - other)
      .flatMap(([partition, lane]) =>
        lane.takeToFold(this.#slice).map((record) => ({ partition, record }))
      );
    this.#past.fold(slice);
    this.#folded += slice.length;
    this.#slice = next;
    return slice.length;
  }

  #lane(partition: number): Lane<T, A> {
    let lane = this.#lanes.get(partition);
    if (lane === undefined) {
      lane = new Lane(NOTHING_YET);
      this.#lanes.set(partition, lane);
    }
    return lane;
  }
}

/** Where what is remembered ends. */
export type TimelineCut = {
  /** The first slice of which nothing is folded. */
  readonly slice: number;
  /** How many records are folded. */
  readonly folded: number;
  readonly lanes: readonly (readonly [partition: number, cut: LaneCut])[];
};

/** Nothing is folded. The first slice is none of any record's. */
export const THE_BEGINNING: TimelineCut = { slice: -2, folded: 0, lanes: [] };
