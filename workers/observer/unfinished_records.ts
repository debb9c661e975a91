import type { Money } from "./money_at_risk.ts";

/** Neighbouring records of one partition, as one. */
type Segment = {
  records: number;
  /** Offset behind its last record. */
  to: number;
  /** When its first record was written, in milliseconds since the epoch. */
  readonly oldestMs: number;
  /** By currency. */
  readonly amounts: Map<string, number>;
};

export type Unfinished = {
  readonly records: number;
  /** When the first of them was written, in milliseconds since the epoch; undefined if there is none. */
  readonly oldestMs: number | undefined;
  /** By currency. */
  readonly amounts: ReadonlyMap<string, number>;
};

/** Beyond this many, segments are made twice as long. */
const MAX_SEGMENTS = 10_000;

/**
 * What some group has yet to finish of one partition. Each record is told apart while there are not too
 * many; a longer backlog is kept in segments of equal length, so that any fits, and an answer is off by at
 * most the one segment that a position lies in.
 */
export class UnfinishedRecords {
  #segments: Segment[] = [];
  /** Records of a segment. */
  #length = 1;
  readonly #maxSegments: number;

  constructor(maxSegments = MAX_SEGMENTS) {
    this.#maxSegments = maxSegments;
  }

  /** Takes the next record, in order of offsets. */
  add(
    { offset, timestampMs, money }: {
      offset: number;
      timestampMs: number;
      money: Money | undefined;
    },
  ): void {
    const next: Segment = {
      records: 1,
      to: offset + 1,
      oldestMs: timestampMs,
      amounts: new Map(money && [[money.currency, money.amount]]),
    };
    const last = this.#segments.at(-1);
    if (last !== undefined && last.records < this.#length) {
      append(last, next);
    } else this.#segments.push(next);
    if (this.#segments.length > this.#maxSegments) this.#joinNeighbours();
  }

  /** Lets go of what every group has finished: all before an offset. */
  forgetBefore(offset: number): void {
    const kept = this.#segments.findIndex(({ to }) => to > offset);
    this.#segments.splice(0, kept < 0 ? this.#segments.length : kept);
    if (this.#segments.length === 0) this.#length = 1;
  }

  /** What lies at a position and behind it. */
  from(position: number): Unfinished {
    let records = 0;
    let oldestMs: number | undefined;
    const amounts = new Map<string, number>();
    for (const segment of this.#segments) {
      if (segment.to <= position) continue;
      records += segment.records;
      oldestMs ??= segment.oldestMs;
      addTo(amounts, segment.amounts);
    }
    return { records, oldestMs, amounts };
  }

  #joinNeighbours(): void {
    this.#length *= 2;
    this.#segments = this.#segments.filter((segment, index, all) => {
      const before = index % 2 === 1 ? all[index - 1] : undefined;
      if (before !== undefined) append(before, segment);
      return before === undefined;
    });
  }
}

/** Makes a segment longer by the one behind it. */
function append(segment: Segment, next: Segment): void {
  segment.records += next.records;
  segment.to = next.to;
  addTo(segment.amounts, next.amounts);
}

/** Adds amounts up, each to that of its currency. */
export function addTo(
  sums: Map<string, number>,
  amounts: ReadonlyMap<string, number>,
): void {
  for (const [currency, amount] of amounts) {
    sums.set(currency, (sums.get(currency) ?? 0) + amount);
  }
}
