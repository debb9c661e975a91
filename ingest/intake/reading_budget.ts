/** Bodies no longer than this are small, as nearly all webhooks are. */
export const SMALL_BYTES = 16 * 1024;

/** Of the budget, kept for small bodies: large ones that come slowly cannot have it. */
const RESERVED_SHARE = 1 / 4;

/** A body that has been arriving for so long gives way to one that has no room. */
const SLOW_MS = 500;

/** A body that is arriving, as the budget sees it. */
export type Arriving = {
  /** Who sends it. */
  readonly peer: string;
  readonly sinceMs: number;
  /** Ends the reading of it. It has given its bytes back already. */
  readonly giveUp: () => void;
  /** Bytes of memory that it takes. */
  held: number;
};

/**
 * Bytes of memory of all bodies that are still arriving, kept under a limit. What has arrived is charged, and
 * never what was promised. If there is no room, the body that has been arriving longest gives way, among
 * those of the peer that holds most: what comes quickly is not refused for what comes slowly.
 */
export class ReadingBudget {
  readonly maxBytes: number;
  readonly #maxLargeBytes: number;
  readonly #clock: () => number;
  readonly #arriving = new Set<Arriving>();
  #bytes = 0;
  #largeBytes = 0;

  /** @param largestBytes of one body: the reserve leaves room for one such */
  constructor(
    maxBytes: number,
    { largestBytes = 0, clock = () => performance.now() }: {
      largestBytes?: number;
      clock?: () => number;
    } = {},
  ) {
    this.maxBytes = maxBytes;
    this.#maxLargeBytes = Math.max(
      Math.floor(maxBytes * (1 - RESERVED_SHARE)),
      Math.min(largestBytes, maxBytes),
    );
    this.#clock = clock;
  }

  /** Bytes that are held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes bytes, or nothing and returns `false` if they do not fit. */
  take(bytes: number): boolean {
    if (this.#bytes + bytes > this.maxBytes) return false;
    this.#bytes += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#bytes -= bytes;
  }

  enter(peer: string, giveUp: () => void): Arriving {
    const one = { peer, sinceMs: this.#clock(), giveUp, held: 0 };
    this.#arriving.add(one);
    return one;
  }

  /** Lets a body take so many bytes in all; returns `false` if there is no room, and none is made. */
  grow(one: Arriving, to: number): boolean {
    while (!this.#fits(one, to)) {
      const slow = this.#slowest(one);
      if (slow === undefined) return false;
      this.leave(slow);
      slow.giveUp();
    }
    this.#count(one, to);
    return true;
  }

  /** Gives back what a body holds. Safe to call more than once. */
  leave(one: Arriving): void {
    if (this.#arriving.delete(one)) this.#count(one, 0);
  }

  #fits(one: Arriving, to: number): boolean {
    return this.#bytes - one.held + to <= this.maxBytes &&
      (to <= SMALL_BYTES ||
        this.#largeBytes - largePart(one.held) + to <= this.#maxLargeBytes);
  }

  #count(one: Arriving, to: number): void {
    this.#bytes += to - one.held;
    this.#largeBytes += largePart(to) - largePart(one.held);
    one.held = to;
  }

  #slowest(but: Arriving): Arriving | undefined {
    const slowSinceMs = this.#clock() - SLOW_MS;
    const slow = [...this.#arriving].filter((one) =>
      one !== but && one.held > 0 && one.sinceMs <= slowSinceMs
    );
    const heldBy = new Map<string, number>();
    for (const { peer, held } of slow) {
      heldBy.set(peer, (heldBy.get(peer) ?? 0) + held);
    }
    const [peer] = [...heldBy].reduce(
      (most, next) => next[1] > most[1] ? next : most,
      ["", 0],
    );
    // In the order in which they began.
    return slow.find((one) => one.peer === peer);
  }
}

function largePart(bytes: number): number {
  return bytes > SMALL_BYTES ? bytes : 0;
}
