import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";

export const DIGEST_BYTES = 16;

/**
 * The first half of a SHA-256: two bodies that differ share it with a chance of 2⁻¹²⁸. What has no
 * value has a digest of its own.
 */
export function digestOf(value: Uint8Array | string | null): Buffer {
  if (value === null) return Buffer.alloc(DIGEST_BYTES);
  return createHash("sha256").update(value).digest().subarray(0, DIGEST_BYTES);
}

/** The digest of what has this SHA-256, given in hex. */
export function digestOfHash(sha256: string): Buffer {
  return Buffer.from(sha256, "hex").subarray(0, DIGEST_BYTES);
}
