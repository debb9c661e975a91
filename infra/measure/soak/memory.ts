import type { Sample } from "./sample.ts";
import { serviceOf } from "./schedule.ts";

export type Point = { readonly seconds: number; readonly bytes: number };

export type Slope = {
  /** Megabytes (10^6 bytes) per hour. */
  readonly perHour: number;
  readonly standardError: number;
  /** Lives and seconds it was fitted to. */
  readonly lives: number;
  readonly seconds: number;
};

/** Megabytes per hour in a byte per second. */
const PER_HOUR = 3600 / 1e6;

export type MemoryVerdict = "flat" | "grows" | "too short to tell";

/**
 * Fits one slope to several lives of a service, each with a level of its own (least squares with fixed
 * effects): a process that was restarted begins anew. A process's memory differs little from what it was a
 * second ago, so that the points are fewer than they seem: the standard error is that of least squares,
 * raised by the residuals' autocorrelation r as sqrt((1 + r) / (1 - r)) (effective sample size; Santer et
 * al., "Statistical significance of trends", J. Geophys. Res. 105, 2000, §2).
 *
 * @param lives points a second apart, in order
 * @returns undefined if there is too little to fit
 */
export function fitSlope(
  lives: readonly (readonly Point[])[],
): Slope | undefined {
  const centred = lives.filter((life) => life.length >= 2).map((life) => {
    const second = mean(life.map(({ seconds }) => seconds));
    const level = mean(life.map(({ bytes }) => bytes));
    return life.map(({ seconds, bytes }) => ({
      x: seconds - second,
      y: bytes - level,
    }));
  });
  const points = centred.flat();
  const freedom = points.length - centred.length - 1;
  if (freedom < 1) return undefined;
  const spread = sum(points.map(({ x }) => x * x));
  const slope = sum(points.map(({ x, y }) => x * y)) / spread;

  const residuals = centred.map((life) =>
    life.map(({ x, y }) => y - slope * x)
  );
  const squares = sum(residuals.flat().map((e) => e * e));
  const neighbours = sum(
    residuals.flatMap((life) =>
      life.slice(1).map((e, index) => e * (life[index] ?? 0))
    ),
  );
  const r = squares === 0
    ? 0
    : Math.min(0.999, Math.max(0, neighbours / squares));
  const standardError = Math.sqrt(squares / freedom / spread) *
    Math.sqrt((1 + r) / (1 - r));
  return {
    perHour: slope * PER_HOUR,
    standardError: standardError * PER_HOUR,
    lives: centred.length,
    seconds: points.length,
  };
}

/**
 * Whether memory grows: by more than the bound, and by more than two standard errors, so that it is
 * not chance; and not only at first, nor only from one collection of the heap to the next. A heap that settles rises ever less,
 * for a quarter of an hour and more, and one that is collected whole every few minutes is a sawtooth: a leak raises the
 * later half of each life and, of lives long enough to have some, its floors.
 *
 * @param seconds the fit must rest on, at least
 */
export function judgeLives(
  lives: readonly (readonly Point[])[],
  { bound, seconds }: { bound: number; seconds: number },
): {
  slope: Slope | undefined;
  /** Of the later halves of lives or of their floors, whichever rise less, megabytes per hour. */
  later: number;
  verdict: MemoryVerdict;
} {
  const slope = fitSlope(lives);
  const halves = lives.map((life) => life.slice(life.length / 2));
  const later = Math.min(medianSlope(halves), floorSlope(lives) ?? Infinity);
  if (slope === undefined || slope.seconds < seconds) {
    return { slope, later, verdict: "too short to tell" };
  }
  const rises = slope.perHour > bound &&
    slope.perHour > 2 * slope.standardError;
  return { slope, later, verdict: rises && later > bound ? "grows" : "flat" };
}

/** Longer than from one collection of the whole heap to the next: five to six minutes were seen, on Bun. */
const FLOOR_SECONDS = 6 * 60;
/** Of a life: the first, in which its heap settles, and three to tell a trend by. */
const FLOORS = 4;

/**
 * The median of the slopes between any two floors of a life but the first, a floor being the least in so many seconds.
 *
 * @param lives points a second apart, in order
 * @returns megabytes per hour; undefined if no life is long enough
 */
function floorSlope(
  lives: readonly (readonly Point[])[],
): number | undefined {
  const slopes = lives.flatMap((life) => {
    const floors = floorsOf(life);
    return floors.length < FLOORS ? [] : slopesBetween(floors.slice(1));
  });
  return slopes.length === 0 ? undefined : median(slopes);
}

function floorsOf(life: readonly Point[]): Point[] {
  const blocks = inBlocks(life);
  const each = FLOOR_SECONDS / BLOCK;
  const floors: Point[] = [];
  for (let begin = 0; begin + each <= blocks.length; begin += each) {
    const some = blocks.slice(begin, begin + each);
    floors.push(some.reduce((a, b) => b.bytes < a.bytes ? b : a));
  }
  return floors;
}

/** Points of which one stands for all, its memory their median: a pair of seconds says nothing of a slope. */
const BLOCK = 30;

/**
 * The median of the slopes between any two points of a life, which a step at either end does not tilt, as a
 * collection of the whole heap makes one (P. K. Sen, "Estimates of the regression coefficient based on Kendall's
 * tau", J. Am. Stat. Assoc. 63, 1968).
 *
 * @param lives points a second apart, in order
 * @returns megabytes per hour, 0 if there are no two points
 */
export function medianSlope(lives: readonly (readonly Point[])[]): number {
  return median(lives.flatMap((life) => slopesBetween(inBlocks(life))));
}

/** From each point to each later one, megabytes per hour. */
function slopesBetween(points: readonly Point[]): number[] {
  return points.flatMap((from, index) =>
    points.slice(index + 1).map((to) =>
      (to.bytes - from.bytes) / (to.seconds - from.seconds) * PER_HOUR
    )
  );
}

function inBlocks(life: readonly Point[]): Point[] {
  const blocks: Point[] = [];
  for (let begin = 0; begin + BLOCK <= life.length; begin += BLOCK) {
    const some = life.slice(begin, begin + BLOCK);
    blocks.push({
      seconds: mean(some.map(({ seconds }) => seconds)),
      bytes: median(some.map(({ bytes }) => bytes)),
    });
  }
  return blocks;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/**
 * The lives of a service's instances, without their first `warmUpSeconds`.
 *
 * @param service counts all its instances
 */
export function livesOf(
  service: string,
  samples: readonly Sample[],
  warmUpSeconds: number,
): Point[][] {
  const lives = new Map<string, Point[]>();
  for (const { seconds, processes } of samples) {
    for (const [name, { pid, bytes }] of Object.entries(processes)) {
      if (serviceOf(name) !== service) continue;
      const key = `${name} ${pid}`;
      const life = lives.get(key) ?? [];
      life.push({ seconds, bytes });
      lives.set(key, life);
    }
  }
  return [...lives.values()]
    .map((life) => {
      const begin = life[0]?.seconds ?? 0;
      return life.filter(({ seconds }) => seconds - begin >= warmUpSeconds);
    })
    .filter((life) => life.length > 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
