/**
 * How far counts stray from what was expected, and how much of that lasts: learnt from what was expected before it was counted.
 *
 * @module
 */
import type { History } from "./baseline.ts";
import { BINS_PER_DAY, HISTORY_BINS, modulo } from "./slots.ts";

export type Spread = {
  /** Variance over mean, of quarters of an hour and of hours. */
  readonly quarter: number;
  readonly hour: number;
  /** Of a window's ratio to the curve: how much of its variance goes on in the next window, and all that is not chance. */
  readonly ofDay: Lasting;
  readonly ofHours: Lasting;
};

export type Lasting = { readonly lasting: number; readonly excess: number };

/** Before there is history to learn from. */
export const unknownSpread: Spread = {
  quarter: 1.2,
  hour: 1.4,
  ofDay: { lasting: 0.002, excess: 0.004 },
  ofHours: { lasting: 0.001, excess: 0.002 },
};

const LARGEST = 40;
const HOURS_BINS = 16;

/** As if so many bins or windows had been as expected before any were seen. */
const PRIOR_BINS = 48;
const PRIOR_WINDOWS = 4;

/**
 * @param bin the first that is not looked at
 * @param seen how many before it there are
 * @param isShare whether counts are parts of their exposure
 */
export function learnSpread(
  history: History,
  { bin, seen, isShare }: {
    readonly bin: number;
    readonly seen: number;
    readonly isShare: boolean;
  },
): Spread {
  const bins = Math.min(seen, HISTORY_BINS);
  const from = bin - bins;
  const over = (size: number, by: "expected" | "seasonal") =>
    windows(history, { from, bins, size, by });
  return {
    quarter: dispersion(over(1, "expected"), isShare, unknownSpread.quarter),
    hour: dispersion(over(4, "expected"), isShare, unknownSpread.hour),
    ofDay: lastingOf(over(BINS_PER_DAY, "seasonal"), unknownSpread.ofDay),
    ofHours: lastingOf(over(HOURS_BINS, "seasonal"), unknownSpread.ofHours),
  };
}

type Window = { observed: number; expected: number; exposure: number };

/** What was counted and expected in windows of so many bins, one after the other; void bins are in neither. */
function windows(
  history: History,
  { from, bins, size, by }: {
    readonly from: number;
    readonly bins: number;
    readonly size: number;
    readonly by: "expected" | "seasonal";
  },
): Window[] {
  const all: Window[] = [];
  for (let start = 0; start + size <= bins; start += size) {
    all.push(windowAt(history, { from: from + start, size, by }));
  }
  return all;
}

export function windowAt(
  history: History,
  { from, size, by }: {
    readonly from: number;
    readonly size: number;
    readonly by: "expected" | "seasonal";
  },
): Window {
  const window = { observed: 0, expected: 0, exposure: 0 };
  for (let bin = from; bin < from + size; bin++) {
    const at = modulo(bin, HISTORY_BINS);
    const expected = history[by][at] ?? 0;
    const exposure = history.exposure[at] ?? 0;
    // What was expected of nothing is from before there was a curve.
    if (exposure === 0 || expected === 0) continue;
    window.observed += history.observed[at] ?? 0;
    window.expected += expected / 1000;
    window.exposure += exposure;
  }
  return window;
}

/** Pearson's: the mean of squared differences over what was expected, without the hundredth that is largest. */
function dispersion(
  all: readonly Window[],
  isShare: boolean,
  prior: number,
): number {
  const terms = all.filter(({ expected }) => expected > 0.25)
    .map(({ observed, expected, exposure }) => {
      const variance = isShare
        ? expected * Math.max(1 - expected / exposure, 0.01)
        : expected;
      return (observed - expected) * (observed - expected) / variance;
    }).sort((a, b) => a - b);
  const kept = terms.slice(0, terms.length - Math.floor(terms.length / 100));
  // What is left out of a chi-square's tail makes up a twelfth of its mean.
  const sum = kept.reduce((total, term) => total + term, 0) *
    (kept.length < terms.length ? 1.08 : 1);
  const mean = (sum + prior * PRIOR_BINS) / (kept.length + PRIOR_BINS);
  return Math.min(Math.max(mean, 1), LARGEST);
}

function lastingOf(all: readonly Window[], prior: Lasting): Lasting {
  let [products, productScale, squares, scale] = [0, 0, 0, 0];
  let count = 0;
  let before: Window | undefined;
  for (const window of all) {
    const { observed, expected } = window;
    if (expected > 0) {
      const off = clamped(observed / expected - 1) * expected;
      squares += off * off - expected;
      scale += expected * expected;
      if (before && before.expected > 0) {
        const last = clamped(before.observed / before.expected - 1) *
          before.expected;
        products += off * last;
        productScale += expected * before.expected;
        count++;
      }
    }
    before = window;
  }
  const mixed = (own: number, before: number) =>
    (own * count + before * PRIOR_WINDOWS) / (count + PRIOR_WINDOWS);
  const lasting = Math.max(
    0,
    mixed(productScale === 0 ? 0 : products / productScale, prior.lasting),
  );
  const excess = mixed(scale === 0 ? 0 : squares / scale, prior.excess);
  return { lasting, excess: Math.max(lasting, excess) };
}

/** A window that is far off is an incident that nobody noticed, and says little of the others. */
function clamped(off: number): number {
  return Math.min(Math.max(off, -0.5), 0.5);
}
