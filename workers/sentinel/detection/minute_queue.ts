import { addCounts, type Counts, noCounts } from "./counts.ts";
import type { MinuteCounts } from "./detector.ts";
import { keysDownTo, type Path } from "./segment.ts";

/** Minutes that may wait at once, which is 35 days: whoever begins takes in all that the log has. */
const MOST_MINUTES = 50_400;

/**
 * Segments of minutes that may wait at once: ten in each of those minutes, some 300 MB. Whoever sends each event as of another account,
 * or of a far future, fills no more memory than that: what goes beyond counts with all of its minute, and with no segment.
 */
const MOST_SEGMENTS = 500_000;

type WaitingCounts = { path: Path; counts: Counts };
type Waiting = Map<string, WaitingCounts>;

/** Counts by minute, until their minute is over. */
export class MinuteQueue {
  readonly #waiting = new Map<number, Waiting>();
  readonly #mostSegments: number;
  #next: number | undefined;
  #segments = 0;
  /** Counts that came after their minute was taken, and those too far ahead. */
  late = 0;
  early = 0;

  /** @param next the first minute that is not taken yet; absent: whichever comes */
  constructor(next?: number, mostSegments = MOST_SEGMENTS) {
    this.#next = next;
    this.#mostSegments = mostSegments;
  }

  add(minute: number, path: Path, counts: Counts): void {
    if (this.#next !== undefined && minute < this.#next) {
      this.late++;
      return;
    }
    let waiting = this.#waiting.get(minute);
    if (waiting === undefined) {
      if (this.#waiting.size >= MOST_MINUTES) {
        this.early++;
        return;
      }
      this.#waiting.set(minute, waiting = new Map());
    }
    const key = keysDownTo(path)[path.length] ?? "";
    const known = waiting.get(key) ?? this.#room(waiting, key, path);
    addCounts(known.counts, counts);
  }

  /** Of a segment that does not wait yet; if there is none left, that of all together. */
  #room(waiting: Waiting, key: string, path: Path): WaitingCounts {
    const isFull = this.#segments >= this.#mostSegments;
    const [at, its] = isFull ? ["", []] : [key, [...path]];
    let room = waiting.get(at);
    if (room === undefined) {
      waiting.set(at, room = { path: its, counts: noCounts() });
      if (at !== "") this.#segments++;
    }
    return room;
  }

  /** What waits, by minute and then by path: plain data, in one order whatever came first. */
  waiting(): { minute: number; path: Path; counts: Counts }[] {
    return [...this.#waiting].sort(([a], [b]) => a - b).flatMap(
      ([minute, waiting]) =>
        [...waiting].sort(([a], [b]) => a < b ? -1 : 1).map(([, one]) => ({
          minute,
          ...one,
        })),
    );
  }

  /** The first minute that is not taken yet; `undefined` before the first. */
  get next(): number | undefined {
    return this.#next;
  }

  /** Takes the minutes before `end`, in order, those with nothing in them too. */
  *take(end: number): Generator<{ minute: number; counts: MinuteCounts }> {
    if (this.#next === undefined) {
      const first = Math.min(...this.#waiting.keys());
      if (first >= end) return;
      // What is older than that has a time of its own, and no slots of silence before all others.
      this.#next = Math.max(first, end - MOST_MINUTES);
    }
    while (this.#next < end) {
      const minute = this.#next++;
      const counts: Waiting = this.#waiting.get(minute) ?? new Map();
      this.#waiting.delete(minute);
      this.#segments -= counts.size - (counts.has("") ? 1 : 0);
      yield { minute, counts };
    }
  }
}
