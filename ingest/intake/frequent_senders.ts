/** Senders that are counted at once: whoever sends more than so large a part of all is among them. */
const COUNTED = 32;

/**
 * Who sends most, in memory that does not grow with how many send. A newcomer takes the place of whoever sent
 * least, and its count: a count may be too high, by at most a 32nd of all, and never too low (Metwally,
 * Agrawal and El Abbadi, "Efficient computation of frequent and top-k elements in data streams", 2005).
 */
export class FrequentSenders {
  readonly #counts = new Map<string, number>();

  sent(sender: string): void {
    const count = this.#counts.get(sender);
    if (count !== undefined || this.#counts.size < COUNTED) {
      this.#counts.set(sender, (count ?? 0) + 1);
      return;
    }
    const least = [...this.#counts].reduce((a, b) => b[1] < a[1] ? b : a);
    this.#counts.delete(least[0]);
    this.#counts.set(sender, least[1] + 1);
  }

  /** Those that sent most, the most frequent first. */
  most(number: number): { sender: string; count: number }[] {
    return [...this.#counts].map(([sender, count]) => ({ sender, count }))
      .sort((a, b) => b.count - a.count).slice(0, number);
  }
}
