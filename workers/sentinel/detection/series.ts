/**
 * One series of one segment: what it was, what is usual, and the tests that watch it. Plain data.
 *
 * @module
 */
import {
  type Curve,
  emptyHistory,
  fitCurve,
  type History,
  rateAt,
} from "./baseline.ts";
import { type Minute, NAT, rateEvidence, shareEvidence } from "./evidence.ts";
import { levelAt } from "./level.ts";
import { newTest, type SequentialTest } from "./cusum.ts";
import type { Direction, SeriesSpec } from "./signals.ts";
import {
  binOf,
  BINS_PER_DAY,
  BINS_PER_WEEK,
  HISTORY_BINS,
  MINUTES_PER_BIN,
  modulo,
} from "./slots.ts";
import { learnSpread, type Spread, unknownSpread } from "./spread.ts";

/** Minutes that are kept one by one, by which it is told what explains an alarm. */
export const RECENT_MINUTES = 240;

export type Series = {
  readonly history: History;
  /** Absent in the first day. */
  curve: Curve | null;
  spread: Spread;
  level: number;
  /** The first bin that it is known for the whole of. */
  firstBin: number;
  /** The bin under way. */
  bin: number;
  /** Whether the bin under way is left out of what is learnt. */
  isVoid: boolean;
  readonly recent: {
    readonly observed: number[];
    /** In thousandths. */
    readonly expected: number[];
    readonly exposure: number[];
  };
  readonly tests: Readonly<Record<Direction, SequentialTest>>;
};

/** @param minute in which it is seen for the first time */
export function newSeries(spec: SeriesSpec, minute: number): Series {
  const minutes = () => new Array<number>(RECENT_MINUTES).fill(0);
  return {
    history: emptyHistory(),
    curve: null,
    spread: unknownSpread,
    level: 1,
    firstBin: binOf(minute + MINUTES_PER_BIN - 1),
    bin: binOf(minute) - 1,
    isVoid: false,
    recent: {
      observed: minutes(),
      expected: minutes(),
      exposure: minutes(),
    },
    tests: {
      down: newTest(spec.ratios.down.length),
      up: newTest(spec.ratios.up.length),
    },
  };
}

/**
 * Begins the bin of a minute, if it is another than the one under way; learns first, if a day is over.
 *
 * @param when.firstBins after so many it learns for the first time, and again after as many, until a day is over
 */
export function enterBin(
  series: Series,
  spec: SeriesSpec,
  { minute, firstBins }: { minute: number; firstBins: number },
): { readonly hasLearnt: boolean } {
  const bin = binOf(minute);
  if (bin === series.bin) return { hasLearnt: false };
  // What was passed over is void.
  for (
    let next = Math.max(series.bin + 1, bin - HISTORY_BINS);
    next <= bin;
    next++
  ) {
    setBin(series, next, { observed: 0, exposure: 0 });
  }
  series.bin = bin;
  series.isVoid = false;
  const seen = bin - series.firstBin;
  const isYoung = seen <= BINS_PER_DAY;
  const isTime = seen > 0 && seen >= firstBins &&
    (isYoung ? seen % firstBins === 0 : bin % BINS_PER_DAY === 0);
  if (isTime) learn(series, spec, bin);
  if (series.curve !== null) {
    series.level = levelAt(series.history, {
      bin,
      spread: series.spread,
      isUnseenWeekday: isUnseen(series),
    });
  }
  return { hasLearnt: isTime };
}

/** Whether this hour of the week was never seen before. */
export function isUnseen({ bin, firstBin }: Series): boolean {
  return bin - BINS_PER_WEEK < firstBin;
}

function learn(series: Series, spec: SeriesSpec, bin: number): void {
  const { history } = series;
  const seen = bin - series.firstBin;
  if (seen > BINS_PER_DAY) {
    series.spread = learnSpread(history, {
      bin,
      seen,
      isShare: spec.kind === "share",
    });
  }
  series.curve = fitCurve(history, {
    bin,
    floor: spec.floor,
    dispersion: series.spread.hour,
  });
}

/** What the curve says of a minute with so much exposure, before the level. */
export function seasonalOf(
  { curve }: Series,
  minute: number,
  exposure: number,
): number {
  return curve === null ? 0 : rateAt(curve, minute) * exposure;
}

/** Takes a minute into the bin under way, and among the recent ones. */
export function record(
  series: Series,
  minute: number,
  { observed, exposure, seasonal }: {
    readonly observed: number;
    readonly exposure: number;
    readonly seasonal: number;
  },
): void {
  const { history, recent } = series;
  const usual = Math.round(seasonal * 1000);
  const expected = Math.round(seasonal * series.level * 1000);
  const at = modulo(minute, RECENT_MINUTES);
  recent.observed[at] = observed;
  recent.expected[at] = expected;
  recent.exposure[at] = exposure;
  if (series.isVoid) return;
  const bin = modulo(series.bin, HISTORY_BINS);
  history.observed[bin] = (history.observed[bin] ?? 0) + observed;
  history.exposure[bin] = (history.exposure[bin] ?? 0) + exposure;
  history.seasonal[bin] = (history.seasonal[bin] ?? 0) + usual;
  history.expected[bin] = (history.expected[bin] ?? 0) + expected;
}

/**
 * Leaves bins out of what is learnt: those since a minute, and the one under way. In the first week all is learnt: what looks wrong
 * may be a weekday that was never seen.
 */
export function voidSince(series: Series, minute: number): void {
  if (isUnseen(series)) return;
  const first = Math.max(binOf(minute), series.bin - HISTORY_BINS + 1);
  for (let bin = first; bin <= series.bin; bin++) {
    setBin(series, bin, { observed: 0, exposure: 0 });
  }
  series.isVoid = true;
}

function setBin(
  { history }: Series,
  bin: number,
  { observed, exposure }: { observed: number; exposure: number },
): void {
  const at = modulo(bin, HISTORY_BINS);
  history.observed[at] = observed;
  history.exposure[at] = exposure;
  history.seasonal[at] = 0;
  history.expected[at] = 0;
}

/** What was counted and expected in the minutes from one to another, both included; of at most the recent ones. */
export function sumRecent(
  { recent }: Series,
  from: number,
  to: number,
): Minute {
  return sumWhere(recent, from, to, () => true);
}

/** The same, of those minutes alone of which something was expected: what came before anything was learnt is beside no other. */
export function sumExpected(
  { recent }: Series,
  from: number,
  to: number,
): Minute {
  return sumWhere(recent, from, to, (at) => (recent.expected[at] ?? 0) > 0);
}

function sumWhere(
  recent: Series["recent"],
  from: number,
  to: number,
  counts: (at: number) => boolean,
): Minute {
  const sum = { observed: 0, expected: 0, exposure: 0 };
  for (
    let minute = Math.max(from, to - RECENT_MINUTES + 1);
    minute <= to;
    minute++
  ) {
    const at = modulo(minute, RECENT_MINUTES);
    if (!counts(at)) continue;
    sum.observed += recent.observed[at] ?? 0;
    sum.expected += recent.expected[at] ?? 0;
    sum.exposure += recent.exposure[at] ?? 0;
  }
  return { ...sum, expected: sum.expected / 1000 };
}

/** Takes so many times as much for usual from now on. */
export function rebase(series: Series, ratio: number): void {
  const { history } = series;
  history.observed.forEach((count, bin) => {
    history.observed[bin] = Math.round(count * ratio);
  });
  if (series.curve !== null) {
    series.curve = series.curve.map((rate) => rate * ratio);
  }
}

/** A ratio as near to 1 as this shows only over an hour, and strays as hours do. */
const NEAR = { least: 0.6, most: 2 };

/** Of a weekday that was never seen, the expected may be off by this part. */
const UNSEEN_MARGIN = 0.5;
const MARGIN = 0;

/** Evidence of a minute for each ratio that a side looks for, in millionths of a nat. */
export function evidenceOf(
  series: Series,
  spec: SeriesSpec,
  direction: Direction,
  minute: Minute,
): number[] {
  const margin = isUnseen(series) ? UNSEEN_MARGIN : MARGIN;
  const side = direction === "up" ? 1 + margin : 1 - margin;
  const against = { ...minute, expected: minute.expected * side };
  const evidence = spec.kind === "rate" ? rateEvidence : shareEvidence;
  const { quarter, hour } = series.spread;
  return spec.ratios[direction].map((ratio) => {
    const isNear = ratio > NEAR.least && ratio < NEAR.most;
    const dispersion = isNear ? Math.max(quarter, hour) : quarter;
    return Math.round(evidence(against, ratio) * NAT / dispersion);
  });
}
