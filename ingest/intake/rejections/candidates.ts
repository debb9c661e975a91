import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import { tokenDigest, whichToken } from "#runtime/bearer_tokens.ts";

/** What a sender may have signed, and with which key. */
export type Candidate<Why> = {
  readonly key: string | Uint8Array;
  /** One behind the other. */
  readonly text: readonly (string | Uint8Array)[];
  /** `sha256` if absent. */
  readonly algorithm?: string;
  readonly why: Why;
};

/**
 * The first candidate that the signature is of, or begins like it. All of them are tried whichever fits, and each is
 * compared whole: how long it takes says nothing of the secrets.
 *
 * @param given the signature, or its beginning, in lower-case hex
 */
export function firstFitting<Why>(
  candidates: Iterable<Candidate<Why>>,
  given: string,
): Why | undefined {
  const wanted = Buffer.from(given, "latin1");
  const fitting: Why[] = [];
  for (const { key, text, algorithm = "sha256", why } of candidates) {
    const hmac = createHmac(algorithm, key);
    for (const part of text) hmac.update(part);
    const made = hmac.digest("hex").slice(0, given.length);
    const is = Buffer.from(made, "latin1");
    if (is.length === wanted.length && timingSafeEqual(is, wanted)) {
      fitting.push(why);
    }
  }
  return fitting[0];
}

/** Whether two texts are the same; in the same time wherever they differ. */
export function isSameText(one: string, other: string): boolean {
  return whichToken([tokenDigest(one)], other) === 0;
}
