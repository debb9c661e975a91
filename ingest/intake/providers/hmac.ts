import { byLibrary, HmacKey, isAmong, type Part } from "./hmac_key.ts";
import type { Verdict } from "./scheme.ts";

/**
 * HMAC (RFC 2104) of a text by one of several keys, against one of several signatures. All are computed and compared, each in
 * constant time.
 *
 * @param of.keys as the account has them: what SHA-256 makes of a key is kept for as long as the account is
 * @param of.bytesOf what a key stands for
 * @param of.signatures as bytes; those of another length are of another algorithm, and none
 * @param of.text what is signed of a body: parts, one after the other
 */
export function hmacClaim<K extends { readonly id: string }>(
  { algorithm, keys, bytesOf, signatures, text }: {
    readonly algorithm: "sha1" | "sha256" | "sha512";
    readonly keys: readonly K[];
    readonly bytesOf: (key: K) => Part;
    readonly signatures: readonly Uint8Array[];
    readonly text: (body: Uint8Array) => readonly Part[];
  },
): (body: Uint8Array) => Verdict {
  return (body) => {
    const parts = text(body);
    const fitting = keys.filter((key) =>
      algorithm === "sha256"
        ? keptKey(key, bytesOf).hasSigned(parts, signatures)
        : isAmong(signatures, byLibrary(algorithm, bytesOf(key), parts))
    );
    return fitting[0] === undefined ? "bad_signature" : { key: fitting[0].id };
  };
}

/** By the object that a key is in its account. */
const kept = new WeakMap<object, HmacKey>();

function keptKey<K extends object>(key: K, bytesOf: (key: K) => Part): HmacKey {
  return kept.getOrInsertComputed(key, () => new HmacKey(bytesOf(key)));
}

/** Unix seconds from a header, or nothing if it is no integer. */
export function secondsIn(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The same as milliseconds. */
export function millisecondsIn(text: string): number | undefined {
  const seconds = secondsIn(text);
  return seconds === undefined ? undefined : seconds * 1_000;
}

/** Whether a time is further from the clock than an account takes. */
export function isStale(
  seconds: number,
  { nowMs, toleranceSeconds }: { nowMs: number; toleranceSeconds: number },
): boolean {
  return Math.abs(nowMs / 1_000 - seconds) > toleranceSeconds;
}
