/**
 * How much likelier a minute's count is by another ratio than by the usual one, in millionths of a nat.
 *
 * @module
 */
import { naturalLogarithm } from "./natural_logarithm.ts";

export const NAT = 1_000_000;

export type Minute = {
  readonly observed: number;
  readonly expected: number;
  readonly exposure: number;
};

/** Poisson: `ratio` times as many as expected. */
export function rateEvidence(
  { observed, expected }: Minute,
  ratio: number,
): number {
  return observed * naturalLogarithm(ratio) - expected * (ratio - 1);
}

/** Binomial: `ratio` times the odds. */
export function shareEvidence(
  { observed, expected, exposure }: Minute,
  ratio: number,
): number {
  if (exposure <= 0) return 0;
  const usual = Math.min(Math.max(expected / exposure, 1e-4), 0.9999);
  const other = ratio * usual / (1 - usual + ratio * usual);
  return observed * naturalLogarithm(other / usual) +
    (exposure - observed) * naturalLogarithm((1 - other) / (1 - usual));
}

/** Twice this is the likelihood ratio statistic: how much better the ratio that fits best explains what was counted than 1 does. */
export function deviance(
  { observed, expected, exposure }: Minute,
  kind: "rate" | "share",
): number {
  const part = (count: number, usual: number) =>
    count <= 0 || usual <= 0 ? 0 : count * naturalLogarithm(count / usual);
  if (kind === "rate") {
    return part(observed, expected) - observed + expected;
  }
  return part(observed, expected) +
    part(exposure - observed, exposure - expected);
}
