import { createHmac, timingSafeEqual } from "node:crypto";
import type { Verdict } from "./scheme.ts";

type Part = string | Uint8Array;

/** A key, as the bytes that it stands for. */
export type KeyBytes = { readonly id: string; readonly bytes: Part };

/**
 * HMAC (RFC 2104) of a text by one of several keys, against one of several signatures. All are computed and compared, each in
 * constant time.
 *
 * @param of.signatures as bytes; those of another length are of another algorithm, and none
 * @param of.text what is signed of a body: parts, one after the other
 */
export function hmacClaim(
  { algorithm, keys, signatures, text }: {
    readonly algorithm: "sha1" | "sha256" | "sha512";
    readonly keys: readonly KeyBytes[];
    readonly signatures: readonly Uint8Array[];
    readonly text: (body: Uint8Array) => readonly Part[];
  },
): (body: Uint8Array) => Verdict {
  return (body) => {
    const parts = text(body);
    const fitting = keys.filter(({ bytes }) => {
      const hmac = createHmac(algorithm, bytes);
      for (const part of parts) hmac.update(part);
      const made = hmac.digest();
      return signatures.map((one) =>
        one.length === made.length && timingSafeEqual(one, made)
      ).includes(true);
    });
    return fitting[0] === undefined ? "bad_signature" : { key: fitting[0].id };
  };
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
