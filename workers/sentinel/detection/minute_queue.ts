import { addCounts, type Counts, noCounts } from "./counts.ts";
import type { MinuteCounts } from "./detector.ts";
import { keysDownTo, type Path } from "./segment.ts";

/** Minutes that may wait at once, which is 35 days: whoever begins takes in all that the log has. */
const MOST_MINUTES = 50_400;

type Waiting = Map<string, { path: Path; counts: Counts }>;

/** Counts by minute, until their minute is over. */
export class MinuteQueue {
  readonly #waiting = new Map<number, Waiting>();
  #next: number | undefined;
  /** Counts that came after their minute was taken, and those too far ahead. */
  late = 0;
  early = 0;

  /** @param next the first minute that is not taken yet; absent: whichever comes */
  constructor(next?: number) {
    this.#next = next;
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
    let known = waiting.get(key);
    if (known === undefined) {
      waiting.set(key, known = { path: [...path], counts: noCounts() });
    }
    addCounts(known.counts, counts);
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
      const counts = this.#waiting.get(minute) ?? new Map();
      this.#waiting.delete(minute);
      yield { minute, counts };
    }
  }
}
