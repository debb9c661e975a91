import { seededRandom } from "#runtime/seeded_random.ts";

/** Numbers that look random and are the same for the same seed. */
export class Random {
  /** From 0 up to but not including 1. */
  readonly next: () => number;

  /** @param seed an integer */
  constructor(seed: number) {
    this.next = seededRandom(seed);
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** An integer from 0 to `below` - 1. */
  below(below: number): number {
    return Math.floor(this.next() * below);
  }

  pick<T>(all: readonly T[]): T | undefined {
    return all[this.below(all.length)];
  }

  /** Normally distributed (Box and Muller, 1958). */
  normal(mean: number, deviation: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.next());
  }

  /** Poisson distributed, for small means (Knuth). */
  poisson(mean: number): number {
    const limit = Math.exp(-mean);
    let [count, product] = [0, this.next()];
    while (product > limit) {
      count++;
      product *= this.next();
    }
    return count;
  }
}
