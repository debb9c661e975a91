/**
 * The compression function of SHA-256 (FIPS 180-4, section 6.2.2), for those who keep a state that `node:crypto` does not give
 * away. Why it is our own: docs/decisions/0022-hmac-of-small-bodies.md.
 *
 * No branch and no look-up depends on what is hashed.
 *
 * @module
 */

/** Bytes of a block. */
export const BLOCK_BYTES = 64;

/** Bytes of a digest. */
export const DIGEST_BYTES = 32;

/** Of the fractional parts of the cube roots of the first 64 primes, the first 32 bits each. */
// deno-fmt-ignore
const K = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);

/** Of the square roots of the first eight primes. */
// deno-fmt-ignore
const INITIAL = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

/** The message schedule of the block that is being worked on: one serves all, as nothing here waits. */
const W = new Int32Array(64);

/** A state between two blocks: eight words. */
export type Sha256State = Int32Array;

/** The state before the first block. */
export function initialState(): Sha256State {
  return new Int32Array(INITIAL);
}

/** Takes the whole blocks of `bytes` up to, and without, `end` into the state. */
export function compress(
  state: Sha256State,
  bytes: Uint8Array,
  end: number,
): void {
  for (let start = 0; start < end; start += BLOCK_BYTES) {
    schedule(bytes, start);
    mix(state);
  }
}

function schedule(bytes: Uint8Array, start: number): void {
  for (let i = 0, from = start; i < 16; i++, from += 4) {
    W[i] = at(bytes, from) << 24 | at(bytes, from + 1) << 16 |
      at(bytes, from + 2) << 8 | at(bytes, from + 3);
  }
  for (let i = 16; i < 64; i++) {
    const x = at(W, i - 15);
    const y = at(W, i - 2);
    const s0 = (x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3;
    const s1 = (y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10;
    W[i] = at(W, i - 16) + s0 + at(W, i - 7) + s1;
  }
}

function mix(state: Sha256State): void {
  let a = at(state, 0);
  let b = at(state, 1);
  let c = at(state, 2);
  let d = at(state, 3);
  let e = at(state, 4);
  let f = at(state, 5);
  let g = at(state, 6);
  let h = at(state, 7);
  for (let i = 0; i < 64; i++) {
    const s1 = (e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7);
    const t1 = h + s1 + (g ^ e & (f ^ g)) + at(K, i) + at(W, i) | 0;
    const s0 = (a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^
      (a >>> 22 | a << 10);
    const t2 = s0 + (a & b ^ c & (a ^ b)) | 0;
    h = g;
    g = f;
    f = e;
    e = d + t1 | 0;
    d = c;
    c = b;
    b = a;
    a = t1 + t2 | 0;
  }
  // An array of 32-bit words cuts what it is given to 32 bits.
  state[0] = at(state, 0) + a;
  state[1] = at(state, 1) + b;
  state[2] = at(state, 2) + c;
  state[3] = at(state, 3) + d;
  state[4] = at(state, 4) + e;
  state[5] = at(state, 5) + f;
  state[6] = at(state, 6) + g;
  state[7] = at(state, 7) + h;
}

/** Nothing here looks behind an array's end. */
function at(array: Uint8Array | Int32Array, index: number): number {
  return array[index] ?? 0;
}
