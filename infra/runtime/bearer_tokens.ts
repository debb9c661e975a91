/**
 * Tokens that open a door (RFC 6750), whichever door it is: what one looks like, and which of several was shown.
 *
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";

/** As for the secret of webhooks: 24 random bytes are more than anybody can guess. */
export const MIN_TOKEN_LENGTH = 24;

/** Section 2.1: none has a comma or a blank. */
const TOKEN = /^[\w.~+/-]+=*$/;

export function isToken(text: string): boolean {
  return text.length >= MIN_TOKEN_LENGTH && TOKEN.test(text);
}

/** What is kept of a token: a copy of this process's memory may be all that somebody has. */
export function tokenDigest(token: string): Uint8Array {
  return createHash("sha256").update(token, "utf8").digest();
}

/**
 * Which token was shown: its place among their digests, or -1. Takes the same time whichever fits and however much of one
 * does: digests are compared, all of them and each whole.
 */
export function whichToken(
  digests: readonly Uint8Array[],
  shown: string,
): number {
  const given = tokenDigest(shown);
  return digests.map((one) => timingSafeEqual(one, given)).indexOf(true);
}

/** The token in a header's text (section 2.1); undefined if there is none. */
export function bearerTokenIn(
  authorization: string | null | undefined,
): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
}
