import { createHash } from "node:crypto";

/**
 * Tells duplicates among the last `size` distinct events.
 *
 * It misses a duplicate that comes after `size` other events, after a restart, or to another member of
 * the group than the first did (which takes a rebalance, or two partitions). Persistence, which looks
 * into its table, misses none: this is a measure, not a ledger.
 */
export class RecentEvents {
  /** Digests, because an `event_id` may be of any length and memory may not; each with its place. */
  readonly #places: Map<string, number>;
  /** The digest at each place. */
  readonly #digests: string[];
  /**
   * The places as a ring from the longest unseen to the last seen, each with its neighbours. A Set that is
   * emptied from its front, which would say the same in three lines, took two thirds of analytics' time: it
   * passes over all that was removed before.
   */
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  #oldest = 0;

  constructor(size: number) {
    // Full from the start, of what no digest is like: it takes all its memory now, not over hours.
    this.#digests = Array.from({ length: size }, (_, n) => `-${n}`);
    this.#places = new Map(this.#digests.map((digest, n) => [digest, n]));
    this.#next = Int32Array.from({ length: size }, (_, n) => (n + 1) % size);
    this.#previous = Int32Array.from(
      { length: size },
      (_, n) => (n + size - 1) % size,
    );
  }

  /** Takes note of a record's event and says whether another record has brought it before. */
  isDuplicate(eventId: string): boolean {
    const digest = digestOf(eventId);
    const known = this.#places.get(digest);
    if (known === undefined) {
      this.#places.delete(this.#digests[this.#oldest] ?? "");
      this.#digests[this.#oldest] = digest;
      this.#places.set(digest, this.#oldest);
    }
    this.#makeNewest(known ?? this.#oldest);
    return known !== undefined;
  }

  #makeNewest(place: number): void {
    const [next, previous] = [this.#next, this.#previous];
    const after = next[place] ?? 0;
    if (place === this.#oldest) {
      // Of a ring, the last is the one before the first.
      this.#oldest = after;
      return;
    }
    const before = previous[place] ?? 0;
    next[before] = after;
    previous[after] = before;
    const newest = previous[this.#oldest] ?? 0;
    next[newest] = place;
    previous[place] = newest;
    next[place] = this.#oldest;
    previous[this.#oldest] = place;
  }
}

/** 128 bits: even among ten million events the chance that two share them is below 10^-24. */
function digestOf(eventId: string): string {
  return createHash("sha256").update(eventId).digest().toString(
    "base64url",
    0,
    16,
  );
}
