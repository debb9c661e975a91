/**
 * Chance that can be had again: the same seed gives the same numbers, on whatever machine.
 *
 * @module
 */

/** Numbers from 0 up to but not including 1. */
export type Random = () => number;

/** A seed of a text: 32 bits (FNV-1a over UTF-16 code units). */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}

/** One of them, each as likely as another. */
export function oneOf<T>(all: readonly T[], random: Random): T {
  const one = all[Math.floor(random() * all.length)];
  if (one === undefined) {
    throw new RangeError("There is nothing to take one of");
  }
  return one;
}

/** One of them, each as likely as its weight says. */
export function oneByWeight<T>(
  all: readonly (readonly [weight: number, one: T])[],
  random: Random,
): T {
  let at = random() * all.reduce((sum, [weight]) => sum + weight, 0);
  const found = all.find(([weight]) => (at -= weight) < 0) ?? all.at(-1);
  if (found === undefined) {
    throw new RangeError("There is nothing to take one of");
  }
  return found[1];
}

/** A whole number from `from` to `to`, both included. */
export function between(from: number, to: number, random: Random): number {
  return from + Math.floor(random() * (to - from + 1));
}

/** Of the normal distribution with mean 0 and deviation 1 (Box and Muller, 1958). */
export function normal(random: Random): number {
  // 1 - random() is never 0, of which there is no logarithm.
  return Math.sqrt(-2 * Math.log(1 - random())) *
    Math.cos(2 * Math.PI * random());
}

/** Of the exponential distribution. */
export function exponential(mean: number, random: Random): number {
  return -mean * Math.log(1 - random());
}

/**
 * How often something happens that happens `mean` times on average (Poisson). Large means in parts, as e^-mean would be
 * rounded to nothing.
 */
export function poisson(mean: number, random: Random): number {
  const PART = 30;
  if (mean > PART) {
    return poisson(PART, random) + poisson(mean - PART, random);
  }
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}
