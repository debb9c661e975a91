/**
 * What is usual: a rate for each quarter of an hour of the week, learnt from up to 28 days.
 *
 * The curve is refined from coarse to fine: all together, then hours, then quarters of an hour, then weekdays, then the hours of each
 * weekday. Each step is a ratio to the one before, and is believed as far as it varies more than chance alone would have it
 * (empirical Bayes, by moments). So a week of little traffic has a flat curve, and one of much has every bend.
 *
 * @module
 */
import {
  binOfWeek,
  BINS_PER_DAY,
  BINS_PER_WEEK,
  HISTORY_BINS,
  modulo,
  placeInWeek,
} from "./slots.ts";

/** Bins of the last days in a ring; a bin's place is its number since the epoch modulo the ring's length. */
export type History = {
  /** What was counted. */
  readonly observed: number[];
  /** Against what; 0 if the bin is void: it is not learnt from. */
  readonly exposure: number[];
  /** What the curve had said before, in thousandths. */
  readonly seasonal: number[];
  /** What was expected, by the curve and the latest level, in thousandths. */
  readonly expected: number[];
};

export function emptyHistory(): History {
  const zeros = () => new Array<number>(HISTORY_BINS).fill(0);
  return {
    observed: zeros(),
    exposure: zeros(),
    seasonal: zeros(),
    expected: zeros(),
  };
}

/** A curve: observed per exposure, for each bin of a week from Sunday 00:00 UTC. */
export type Curve = readonly number[];

/** Bins to each side over which a step looks: three hours, one hour, one bin, none; of weekdays an hour and a half, and half an hour. */
const OF_DAYS = [12, 4, 1, 0] as const;
const OF_WEEKDAYS = [6, 2] as const;

/**
 * @param bin the first that is not learnt from
 * @param floor the least rate there is
 * @param dispersion variance over mean, at least 1
 */
export function fitCurve(
  history: History,
  { bin, floor, dispersion }: {
    readonly bin: number;
    readonly floor: number;
    readonly dispersion: number;
  },
): Curve {
  const week = inWeek(history, bin);
  const dayObserved = folded(week.observed);
  const dayExposure = folded(week.exposure);
  const [total, exposed] = [sumOf(dayObserved), sumOf(dayExposure)];
  const flat = exposed === 0 ? floor : Math.max(floor, total / exposed);
  let ofDay = new Array<number>(BINS_PER_DAY).fill(flat);
  for (const half of OF_DAYS) {
    ofDay = refined(ofDay, dayObserved, dayExposure, { half, dispersion });
  }
  let curve = Array.from(
    { length: BINS_PER_WEEK },
    (_, bin) => ofDay[bin % BINS_PER_DAY] ?? flat,
  );
  curve = withWeekdays(curve, week, dispersion);
  for (const half of OF_WEEKDAYS) {
    curve = refined(curve, week.observed, week.exposure, { half, dispersion });
  }
  return curve.map((rate) => Math.max(rate, floor));
}

/** Between bins that differ by more than this, as when a shop opens, the rate changes at once. */
const STEEP = 1.5;

/** The rate at a minute: between the centres of two bins, in proportion. */
export function rateAt(curve: Curve, minute: number): number {
  const { bin, part } = placeInWeek(minute);
  const here = curve[bin] ?? 0;
  const next = curve[(bin + 1) % BINS_PER_WEEK] ?? 0;
  if (here > next * STEEP || next > here * STEEP) {
    return part < 0.5 ? here : next;
  }
  return here + (next - here) * part;
}

type Week = { readonly observed: number[]; readonly exposure: number[] };

function inWeek(history: History, end: number): Week {
  const observed = new Array<number>(BINS_PER_WEEK).fill(0);
  const exposure = new Array<number>(BINS_PER_WEEK).fill(0);
  for (let bin = end - HISTORY_BINS; bin < end; bin++) {
    const from = modulo(bin, HISTORY_BINS);
    const exposed = history.exposure[from] ?? 0;
    if (exposed === 0) continue;
    const to = binOfWeek(bin);
    observed[to] = (observed[to] ?? 0) + (history.observed[from] ?? 0);
    exposure[to] = (exposure[to] ?? 0) + exposed;
  }
  return { observed, exposure };
}

function folded(week: readonly number[]): number[] {
  const day = new Array<number>(BINS_PER_DAY).fill(0);
  week.forEach((count, bin) => {
    day[bin % BINS_PER_DAY] = (day[bin % BINS_PER_DAY] ?? 0) + count;
  });
  return day;
}

function withWeekdays(
  curve: readonly number[],
  { observed, exposure }: Week,
  dispersion: number,
): number[] {
  const cells = Array.from({ length: 7 }, (_, weekday) => {
    let [sum, expected] = [0, 0];
    for (let bin = 0; bin < BINS_PER_DAY; bin++) {
      const at = weekday * BINS_PER_DAY + bin;
      sum += observed[at] ?? 0;
      expected += (exposure[at] ?? 0) * (curve[at] ?? 0);
    }
    return { observed: sum, expected };
  });
  const ratios = believed(cells, dispersion);
  return curve.map((rate, bin) =>
    rate * (ratios[Math.floor(bin / BINS_PER_DAY)] ?? 1)
  );
}

function refined(
  curve: readonly number[],
  observed: readonly number[],
  exposure: readonly number[],
  { half, dispersion }: { half: number; dispersion: number },
): number[] {
  const expected = curve.map((rate, bin) => rate * (exposure[bin] ?? 0));
  const sums = windowSums(observed, half);
  const expectedSums = windowSums(expected, half);
  const cells = sums.map((sum, bin) => ({
    observed: sum,
    expected: expectedSums[bin] ?? 0,
  }));
  const ratios = believed(cells, dispersion);
  return curve.map((rate, bin) => rate * (ratios[bin] ?? 1));
}

/** The square of how many standard deviations are hardly by chance. */
const SURE = 9;

type Cell = { readonly observed: number; readonly expected: number };

/** For each cell observed over expected, drawn towards 1 by what chance is likely to have done. */
function believed(cells: readonly Cell[], dispersion: number): number[] {
  let [excess, squares] = [0, 0];
  for (const { observed, expected } of cells) {
    const off = observed - expected;
    excess += off * off - dispersion * expected;
    squares += expected * expected;
  }
  const variance = squares === 0 ? 0 : Math.max(0, excess / squares);
  return cells.map(({ observed, expected }) => {
    if (expected === 0) return 1;
    const off = observed - expected;
    // One bin that is far off by itself, as where a shop opens, is believed though others are as expected.
    const alone = 1 - SURE * dispersion * expected / Math.max(off * off, 1e-9);
    const trust = Math.max(
      variance / (variance + dispersion / expected),
      alone,
    );
    return 1 + trust * (observed / expected - 1);
  });
}

/** Of a ring: each value with those up to `half` places beside it. */
function windowSums(values: readonly number[], half: number): number[] {
  const length = values.length;
  return values.map((_, centre) => {
    let sum = 0;
    for (let off = -half; off <= half; off++) {
      sum += values[modulo(centre + off, length)] ?? 0;
    }
    return sum;
  });
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
