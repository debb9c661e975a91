/**
 * CUSUM (Page, 1954): evidence for a change adds up from minute to minute and never falls below none, so that it tells when the
 * change began too. One for each ratio that is looked for; the largest counts.
 *
 * @module
 */
import { modulo } from "./slots.ts";

export const BLOCK_MINUTES = 240;

/** Four hours each: 28 days. */
export const BLOCKS = 168;

export type SequentialTest = {
  /** Evidence by ratio, in millionths of a nat. */
  readonly sums: number[];
  /** The minute from which on it added up. */
  readonly since: number[];
  /** In millionths of a nat, by ratio; 0 before anything is known. */
  readonly thresholds: number[];
  /** By ratio: the largest evidence of each block of four hours, by which the threshold is calibrated. */
  readonly blocks: number[][];
  /** Of the block under way. */
  block: number;
  readonly largest: number[];
  /** Whether all of it was judged. */
  isWhole: boolean;
};

export function newTest(ratios: number): SequentialTest {
  const zeros = () => new Array<number>(ratios).fill(0);
  return {
    sums: zeros(),
    since: zeros(),
    thresholds: zeros(),
    blocks: Array.from({ length: ratios }, () => []),
    block: 0,
    largest: zeros(),
    isWhole: false,
  };
}

export type Crossing = {
  readonly since: number;
  readonly evidence: number;
  readonly threshold: number;
};

/**
 * @param increments by ratio, in millionths of a nat
 * @returns the largest evidence beside its threshold, if it is at that
 */
export function advance(
  test: SequentialTest,
  minute: number,
  increments: readonly number[],
): Crossing | undefined {
  enterBlock(test, minute);
  let best: Crossing | undefined;
  for (let index = 0; index < increments.length; index++) {
    const before = test.sums[index] ?? 0;
    if (before === 0) test.since[index] = minute;
    const sum = Math.max(0, before + (increments[index] ?? 0));
    test.sums[index] = sum;
    test.largest[index] = Math.max(test.largest[index] ?? 0, sum);
    const threshold = test.thresholds[index] ?? 0;
    if (threshold === 0 || sum < threshold) continue;
    if (best !== undefined && sum <= best.evidence) continue;
    best = { since: test.since[index] ?? minute, evidence: sum, threshold };
  }
  return best;
}

/** Begins anew, and leaves the block out of what is calibrated by. */
export function restart(test: SequentialTest): void {
  test.sums.fill(0);
  test.isWhole = false;
}

function enterBlock(test: SequentialTest, minute: number): void {
  const block = Math.floor(minute / BLOCK_MINUTES);
  if (block === test.block) return;
  if (test.isWhole) {
    test.blocks.forEach((blocks, index) => {
      blocks.push(test.largest[index] ?? 0);
      if (blocks.length > BLOCKS) blocks.shift();
    });
  }
  test.block = block;
  test.largest.fill(0);
  test.isWhole = modulo(minute, BLOCK_MINUTES) === 0;
}
