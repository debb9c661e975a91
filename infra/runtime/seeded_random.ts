/**
 * Numbers that look random and are the same for the same seed, on whatever machine: for what is made up, and for nothing that has to
 * be secret. Mulberry32, by Tommy Ettinger, who gave it to the public domain.
 *
 * @param seed an integer, of which 32 bits count
 * @returns what gives the next number each time: from 0 up to but not including 1
 */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
