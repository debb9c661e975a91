/**
 * Stripe: `Stripe-Signature: t=…,v1=…`, HMAC-SHA256 in hex over the time, a full stop and the body. While an endpoint's secret
 * is rolled there are several v1; v0 is of test events and proves nothing.
 *
 * @see https://docs.stripe.com/webhooks#verify-manually
 * @module
 */
import { fromHex } from "../../../provider_accounts/encodings.ts";
import { asRetired } from "../../../provider_accounts/keys.ts";
import { StripeAccount } from "../../../provider_accounts/stripe.ts";
import { hmacClaim, isStale, millisecondsIn, secondsIn } from "../hmac.ts";
import type { Scheme } from "../scheme.ts";

const HEADER = "stripe-signature";

/** What Stripe sends has two or three. */
const MOST_PAIRS = 16;

export const stripe: Scheme<StripeAccount> = {
  settings: StripeAccount,
  signatureHeaders: [HEADER],
  required: { signature: [HEADER] },
  retired: asRetired,
  furtherHeaders: [],
  claimIn(headers, { secrets, tolerance_seconds }, nowMs) {
    const read = signatureIn(headers);
    if (read === undefined) return "missing_header";
    const { time, signatures } = read;
    const seconds = secondsIn(time);
    if (seconds === undefined) return "invalid_timestamp";
    if (isStale(seconds, { nowMs, toleranceSeconds: tolerance_seconds })) {
      return "stale_timestamp";
    }
    if (signatures.length === 0) return "bad_signature";
    return hmacClaim({
      algorithm: "sha256",
      keys: secrets,
      bytesOf: ({ text }) => text,
      signatures,
      text: (body) => [`${time}.`, body],
    });
  },
  signedAtMs: (headers) => millisecondsIn(signatureIn(headers)?.time ?? ""),
};

function signatureIn(headers: Headers) {
  const text = headers.get(HEADER);
  if (text === null) return undefined;
  let time = "";
  const signatures: Uint8Array[] = [];
  for (const pair of text.split(",", MOST_PAIRS)) {
    const one = pair.trim();
    // Without `split`, which drops what is behind a second `=`: it was not signed.
    if (one.startsWith("t=") && time === "") time = one.slice(2);
    else if (one.startsWith("v1=")) {
      const signature = fromHex(one.slice(3));
      if (signature !== undefined) signatures.push(signature);
    }
  }
  return { time, signatures };
}
