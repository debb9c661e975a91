/**
 * A segment, and what is watched of it. Plain data.
 *
 * @module
 */
import {
  addCounts,
  type Counts,
  HIGHEST_BUCKET,
  LOWEST_BUCKET,
  type Money,
  observedOf,
} from "./counts.ts";
import type { Path } from "./segment.ts";
import { newSeries, type Series } from "./series.ts";
import {
  type AmountSide,
  type Exposure,
  type SeriesId,
  type SeriesSpec,
  seriesSpecs,
} from "./signals.ts";

export type Node = {
  readonly path: Path;
  /** By the ids of series; those that are not watched so deep are absent. */
  readonly series: Record<SeriesId, Series>;
  /** Payments of each of the last days, the latest first. */
  readonly days: number[];
  /** Whether it has payments enough, and is not the same as the segment above. */
  isActive: boolean;
  readonly since: number;
  lastSeen: number;
  /** Payments by half octaves of their amounts, older ones fading. */
  amounts: Record<string, number>;
  /** Amounts below one bucket, and from the other on, are watched. */
  bounds: Partial<Record<AmountSide, number>>;
  /** By currency: of the last day, and of the one under way. */
  money: { before: Record<string, Money>; today: Record<string, Money> };
};

/** Days by which it is said how much traffic a segment has. */
export const TRAFFIC_DAYS = 7;

const MOST_CURRENCIES = 16;

export function newNode(path: Path, minute: number): Node {
  const watched = seriesSpecs.filter(({ depth }) => path.length <= depth);
  return {
    path: [...path],
    series: Object.fromEntries(
      watched.map((spec) => [spec.id, newSeries(spec, minute)]),
    ),
    days: [0],
    isActive: path.length === 0,
    since: minute,
    lastSeen: minute,
    amounts: {},
    bounds: {},
    money: { before: {}, today: {} },
  };
}

/** What a series is counted against in a minute. */
export function exposureOf(counts: Counts, exposure: Exposure): number {
  const { of } = counts;
  switch (exposure) {
    case "minutes":
      return 1;
    case "payments":
      return of.payments ?? 0;
    case "failed":
      return of.failed ?? 0;
    case "facts":
      return of.facts ?? 0;
    case "heard":
      return (of.facts ?? 0) + (of.unmapped ?? 0);
  }
}

/** What a series counts in a minute; of amounts, those beyond the segment's bound. */
export function countOf(
  { bounds }: Node,
  { id }: SeriesSpec,
  counts: Counts,
): number {
  if (id !== "amounts_low" && id !== "amounts_high") {
    return observedOf(counts, id);
  }
  const bound = id === "amounts_low" ? bounds.low : bounds.high;
  if (bound === undefined) return 0;
  let sum = 0;
  for (const [bucket, count] of Object.entries(counts.amounts)) {
    const isBeyond = id === "amounts_low"
      ? Number(bucket) < bound
      : Number(bucket) >= bound;
    if (isBeyond) sum += count;
  }
  return sum;
}

/** Keeps what a minute says of amounts and money. */
export function keepAmounts(node: Node, counts: Counts): void {
  const kept = {
    of: {},
    amounts: node.amounts,
    money: node.money.today,
  };
  const known = Object.keys(node.money.today).length;
  const money = known < MOST_CURRENCIES ? counts.money : Object.fromEntries(
    Object.entries(counts.money).filter(([one]) =>
      node.money.today[one] !== undefined
    ),
  );
  addCounts(kept, { of: {}, amounts: counts.amounts, money });
}

/** Ends a day: what was counted of it becomes what is usual. */
export function endDay(node: Node, minute: number): void {
  node.days.unshift(0);
  node.days.splice(TRAFFIC_DAYS + 1);
  if (Object.keys(node.money.today).length > 0) {
    node.money = { before: node.money.today, today: {} };
  }
  chooseBounds(node, minute);
  for (const [bucket, count] of Object.entries(node.amounts)) {
    const faded = Math.floor(count * 27 / 28);
    if (faded === 0) delete node.amounts[bucket];
    else node.amounts[bucket] = faded;
  }
}

const FEWEST_AMOUNTS = 200;
const SHARE = { wanted: 0.05, least: 0.005, most: 0.2 };

/** Bounds stay for as long as a fit share of amounts lies beyond them: with another bound a series begins anew. */
function chooseBounds(node: Node, minute: number): void {
  const total = Object.values(node.amounts).reduce((sum, one) => sum + one, 0);
  if (total < FEWEST_AMOUNTS) return;
  for (const side of ["low", "high"] as const) {
    const spec = seriesSpecs.find(({ id }) => id === `amounts_${side}`);
    if (spec === undefined || node.path.length > spec.depth) continue;
    const bound = node.bounds[side];
    const share = bound === undefined
      ? 0
      : beyond(node.amounts, side, bound) / total;
    if (share >= SHARE.least && share <= SHARE.most) continue;
    const chosen = bestBound(node.amounts, side, total);
    if (chosen === bound) continue;
    node.bounds[side] = chosen;
    node.series[spec.id] = newSeries(spec, minute);
  }
}

function bestBound(
  amounts: Node["amounts"],
  side: AmountSide,
  total: number,
): number {
  let [best, distance] = [LOWEST_BUCKET, Infinity];
  for (let bound = LOWEST_BUCKET; bound <= HIGHEST_BUCKET; bound++) {
    const share = beyond(amounts, side, bound) / total;
    const off = Math.abs(share - SHARE.wanted);
    if (off < distance) [best, distance] = [bound, off];
  }
  return best;
}

function beyond(
  amounts: Node["amounts"],
  side: AmountSide,
  bound: number,
): number {
  let sum = 0;
  for (const [bucket, count] of Object.entries(amounts)) {
    if (side === "low" ? Number(bucket) < bound : Number(bucket) >= bound) {
      sum += count;
    }
  }
  return sum;
}

/** For how much one payment stands on average, by currency, in millionths. */
export function averageMoney({ money }: Node): Record<string, number> {
  const known = Object.keys(money.before).length > 0
    ? money.before
    : money.today;
  const count = Object.values(known).reduce((sum, one) => sum + one.count, 0);
  return Object.fromEntries(
    Object.entries(known).map(([currency, { sum }]) => [
      currency,
      Math.round(sum / count),
    ]),
  );
}
