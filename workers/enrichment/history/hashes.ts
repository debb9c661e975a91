/**
 * Hashes of ids. They are part of what is remembered and of features, so they never change: another function is another
 * version of the history.
 *
 * @module
 */

/** FNV-1a over UTF-16 code units, with the last steps of MurmurHash3, without which the high bits hardly move. */
export function hash32(text: string, seed = 0): number {
  let hash = (0x811c9dc5 ^ seed) | 0;
  for (let n = 0; n < text.length; n++) {
    hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const OTHER_SEED = 0x5bd1e995;
const TWENTY_ONE_BITS = 0x1fffff;

/** 53 bits, which a number has without loss: 0 to 2^53 - 1. */
export function hash53(text: string): number {
  const high = hash32(text, OTHER_SEED) & TWENTY_ONE_BITS;
  return high * 2 ** 32 + hash32(text);
}

/** How many slots distinct counterparts are counted in. */
export const SLOTS = 64;

/** The slot of a counterpart, 0 to 63. */
export function slotOf(text: string): number {
  return hash32(text) % SLOTS;
}
