const MINUTE_MS = 60_000;

/**
 * How many dead letters may be written: a token bucket of one minute's worth, full at the start and
 * refilled evenly. A batch may go while the balance is positive, and then owes what it took, so a batch
 * larger than the bucket passes too. In any minute at most twice `perMinute` go, and one batch more.
 */
export class DeadLetterCap {
  readonly #perMinute: number;
  readonly #clock: () => number;
  /** In dead letters times milliseconds of a minute, so that no rounding adds up. */
  #balance: number;
  #countedAt: number;

  /**
   * @param perMinute 0: no cap
   * @param clock milliseconds that never go back
   */
  constructor(
    { perMinute, clock }: { perMinute: number; clock: () => number },
  ) {
    this.#perMinute = perMinute;
    this.#clock = clock;
    this.#balance = perMinute * MINUTE_MS;
    this.#countedAt = clock();
  }

  /** Takes `count` dead letters and returns 0, or takes none and returns the milliseconds to wait. */
  take(count: number): number {
    if (this.#perMinute === 0 || count === 0) return 0;
    const now = this.#clock();
    this.#balance = Math.min(
      this.#perMinute * MINUTE_MS,
      this.#balance + (now - this.#countedAt) * this.#perMinute,
    );
    this.#countedAt = now;
    if (this.#balance > 0) {
      this.#balance -= count * MINUTE_MS;
      return 0;
    }
    return Math.floor(-this.#balance / this.#perMinute) + 1;
  }
}
