import type { AtRisk } from "./money_at_risk.ts";

/** Records of one type of events. */
type OfType = {
  records: number;
  /** By currency. */
  readonly amounts: Map<string, number>;
};

/** What is at risk of each type of events. */
export type ByType = ReadonlyMap<string, Readonly<OfType>>;

/** Neighbouring records of one partition, as one. */
type Segment = {
  records: number;
  /** Offset behind its last record. */
  to: number;
  /** When its first record was written, in milliseconds since the epoch. */
  readonly oldestMs: number;
  readonly types: Map<string, OfType>;
};

export type Unfinished = {
  readonly records: number;
  /** When the first of them was written, in milliseconds since the epoch; undefined if there is none. */
  readonly oldestMs: number | undefined;
  /** By currency. */
  readonly amounts: ReadonlyMap<string, number>;
  readonly types: ByType;
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
    { offset, timestampMs, eventType, money }: AtRisk & {
      offset: number;
      timestampMs: number;
    },
  ): void {
    const next: Segment = {
      records: 1,
      to: offset + 1,
      oldestMs: timestampMs,
      types: new Map([[eventType, {
        records: 1,
        amounts: new Map(money && [[money.currency, money.amount]]),
      }]]),
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
    const types = new Map<string, OfType>();
    for (const segment of this.#segments) {
      if (segment.to <= position) continue;
      records += segment.records;
      oldestMs ??= segment.oldestMs;
      addTypes(types, segment.types);
    }
    const amounts = new Map<string, number>();
    for (const one of types.values()) addTo(amounts, one.amounts);
    return { records, oldestMs, amounts, types };
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
  addTypes(segment.types, next.types);
}

/** Adds what is at risk up, each to that of its type. */
export function addTypes(sums: Map<string, OfType>, types: ByType): void {
  for (const [type, { records, amounts }] of types) {
    const sum = sums.get(type) ?? { records: 0, amounts: new Map() };
    sum.records += records;
    addTo(sum.amounts, amounts);
    sums.set(type, sum);
  }
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
