/**
 * How much evidence raises an alarm, so that chance alone raises no more than a budget has for it.
 *
 * The largest evidence of a block of four hours follows a Gumbel law, as maxima of what falls off exponentially do. Two quantiles of
 * the blocks seen give its two numbers; incidents that are among them move the quantiles little. For a test whose model is right, the
 * chance to reach x falls as e^-x (Wald); counts that stray more fall off more slowly, and that is learnt here.
 *
 * @module
 */
import { NAT } from "./evidence.ts";
import { naturalLogarithm } from "./natural_logarithm.ts";
import { BLOCK_MINUTES } from "./cusum.ts";

const BLOCKS_PER_WEEK = 7 * 24 * 60 / BLOCK_MINUTES;

/** -ln(-ln p) of the two quantiles. */
const MIDDLE = { p: 0.5, gumbel: 0.36651292058166435 };
const UPPER = { p: 0.85, gumbel: 1.8169606794436832 };

/** What is taken for likely before any block was seen, and for how many blocks that stands. */
const PRIOR = { fall: 0.95, location: 2.8, blocks: 40 };

const FALL = { least: 0.35, most: 1 };
const NATS = { least: 5, most: 60 };

/**
 * @param blocks the largest evidence of each, in millionths of a nat
 * @param budget false alarms a week that this test may raise
 * @returns in millionths of a nat
 */
export function thresholdOf(
  blocks: readonly number[],
  budget: number,
): number {
  const { fall, location } = fitted(blocks);
  const rarity = naturalLogarithm(BLOCKS_PER_WEEK / budget);
  // Quiet nights among the blocks make it look easier than it is by day.
  const nats = Math.max(location + rarity / fall, PRIOR.location + rarity);
  return Math.round(Math.min(Math.max(nats, NATS.least), NATS.most) * NAT);
}

/** Chance of a block to reach x: 1 - exp(-e^(-fall (x - location))). */
function fitted(blocks: readonly number[]): { fall: number; location: number } {
  const count = blocks.length;
  if (count === 0) return PRIOR;
  const sorted = [...blocks].sort((a, b) => a - b);
  const middle = quantile(sorted, MIDDLE.p) / NAT;
  const upper = quantile(sorted, UPPER.p) / NAT;
  const width = Math.max(upper - middle, 0.5);
  const mixed = (own: number, prior: number) =>
    (own * count + prior * PRIOR.blocks) / (count + PRIOR.blocks);
  const own = (UPPER.gumbel - MIDDLE.gumbel) / width;
  const fall = mixed(clamp(own, FALL), PRIOR.fall);
  const location = mixed(middle - MIDDLE.gumbel / fall, PRIOR.location);
  return { fall, location };
}

function quantile(sorted: readonly number[], p: number): number {
  return sorted[Math.floor(p * (sorted.length - 1))] ?? 0;
}

function clamp(value: number, { least, most }: typeof FALL): number {
  return Math.min(Math.max(value, least), most);
}
