/**
 * Whole numbers modulo 2^52. Sums of floats are exact only below 2^53: beyond it, the order of additions would show. Modulo 2^52
 * every sum stays exact, whatever comes in and in whatever order, and what is taken out again leaves no trace. A true sum of
 * money gets there with 45 million million dollars.
 *
 * @module
 */

const MODULUS = 2 ** 52;

/** @param delta an integer, less than 2^52 either side of 0 */
export function added(sum: number, delta: number): number {
  const next = sum + delta;
  if (next >= MODULUS) return next - MODULUS;
  return next < 0 ? next + MODULUS : next;
}
