import { seededRandom } from "#runtime/seeded_random.ts";

/** Numbers that follow from a seed: for made-up traffic, and for nothing that has to be secret. */
export class Random {
  /** From 0 up to but not including 1. */
  readonly next: () => number;

  constructor(seed: number) {
    this.next = seededRandom(seed);
  }

  /** Exponential, with mean 1. */
  exponential(): number {
    return -Math.log(1 - this.next());
  }

  /** Normal, with mean 0 and variance 1. */
  normal(): number {
    const radius = Math.sqrt(2 * this.exponential());
    return radius * Math.cos(2 * Math.PI * this.next());
  }

  /** Poisson with the given mean, by waiting times. */
  poisson(mean: number): number {
    let count = 0;
    for (let sum = this.exponential(); sum < mean; sum += this.exponential()) {
      count++;
    }
    return count;
  }

  /** Gamma with mean 1 and the given variance (Marsaglia and Tsang, 2000). */
  gamma(variance: number): number {
    if (variance <= 0) return 1;
    const shape = 1 / variance;
    const boost = shape < 1 ? this.next() ** (1 / shape) : 1;
    const d = (shape < 1 ? shape + 1 : shape) - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    while (true) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v <= 0) continue;
      const bound = 0.5 * x * x + d - d * v + d * Math.log(v);
      if (Math.log(1 - this.next()) < bound) return d * v * boost / shape;
    }
  }

  /** One of those given, by their weights. */
  pick<T>(choices: readonly { of: T; weight: number }[]): T | undefined {
    const total = choices.reduce((sum, { weight }) => sum + weight, 0);
    let rest = this.next() * total;
    for (const { of, weight } of choices) {
      rest -= weight;
      if (rest < 0) return of;
    }
    return choices.at(-1)?.of;
  }
}
