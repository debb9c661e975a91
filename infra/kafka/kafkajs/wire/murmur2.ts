/**
 * The hash by which Java's producer assigns a key to a partition: `Utils.murmur2` of Kafka 4, a 32-bit
 * MurmurHash2 (Austin Appleby) with a seed of its own. kafkajs counts in objects of 64 bits, which took a
 * twentieth of the validator's time.
 *
 * @returns a signed 32-bit number
 */
export function murmur2(bytes: Uint8Array): number {
  const { length } = bytes;
  const tail = length & ~3;
  let hash = SEED ^ length;
  for (let i = 0; i < tail; i += 4) {
    let word = at(bytes, i) | at(bytes, i + 1) << 8 | at(bytes, i + 2) << 16 |
      at(bytes, i + 3) << 24;
    word = Math.imul(word, MIX);
    word ^= word >>> 24;
    hash = Math.imul(hash, MIX) ^ Math.imul(word, MIX);
  }
  const left = length - tail;
  if (left === 3) hash ^= at(bytes, tail + 2) << 16;
  if (left >= 2) hash ^= at(bytes, tail + 1) << 8;
  if (left >= 1) hash = Math.imul(hash ^ at(bytes, tail), MIX);
  hash = Math.imul(hash ^ hash >>> 13, MIX);
  return hash ^ hash >>> 15;
}

const SEED = 0x9747b28c | 0;
const MIX = 0x5bd1e995;

function at(bytes: Uint8Array, index: number): number {
  return bytes[index] as number;
}
