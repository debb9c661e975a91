import { createHash } from "node:crypto";
import type { ReceivedRecord } from "#runtime/kafka/port.ts";

/**
 * Tells duplicates among the last `size` distinct events.
 *
 * It misses a duplicate that comes after `size` other events, after a restart, or to another member of
 * the group than the first did (which takes a rebalance, or two partitions). Persistence, which looks
 * into its table, misses none: this is a measure, not a ledger.
 */
export class RecentEvents {
  readonly #size: number;
  /** Digests, the longest unseen first: an `event_id` may be of any length, memory may not. */
  readonly #seen = new Set<string>();
  readonly #highestOffsets = new Map<number, number>();

  constructor(size: number) {
    this.#size = size;
    // Full from the start, of what no digest is like: it takes all its memory now, not over hours.
    for (let n = 0; n < size; n++) this.#seen.add(`-${n}`);
  }

  /**
   * Takes note of an event and says whether another record has brought it before. Offsets of a
   * partition only grow, so one that does not is a record handled twice, and no duplicate.
   */
  isDuplicate(
    eventId: string,
    { partition, offset }: Pick<ReceivedRecord, "partition" | "offset">,
  ): boolean {
    const highest = this.#highestOffsets.get(partition) ?? -1;
    if (offset <= highest) return false;
    this.#highestOffsets.set(partition, offset);

    const digest = digestOf(eventId);
    const known = this.#seen.delete(digest);
    this.#seen.add(digest);
    if (this.#seen.size > this.#size) {
      for (const oldest of this.#seen) {
        this.#seen.delete(oldest);
        break;
      }
    }
    return known;
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
