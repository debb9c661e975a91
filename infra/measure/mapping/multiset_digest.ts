import { createHash } from "node:crypto";

const SIZE = 128n;

/**
 * A digest of things in whatever order: two are equal if the same things were added equally often. It is the sum of their SHA-256,
 * of 128 bits each, which nobody here tries to forge.
 */
export class MultisetDigest {
  #sum = 0n;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** In hex. */
  get text(): string {
    return this.#sum.toString(16).padStart(Number(SIZE) / 4, "0");
  }

  /** @param parts of one thing: moved from one part to the next, the same bytes are another thing */
  add(...parts: readonly Uint8Array[]): void {
    const hash = createHash("sha256");
    for (const part of parts) hash.update(`${part.length}:`).update(part);
    const digest = hash.digest();
    const value = digest.readBigUInt64BE(0) << 64n | digest.readBigUInt64BE(8);
    this.#sum = BigInt.asUintN(Number(SIZE), this.#sum + value);
    this.#count++;
  }
}
