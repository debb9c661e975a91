/**
 * Braintree: a form with `bt_payload`, base64 in lines, and `bt_signature`, pairs of a public key and HMAC-SHA1 in hex of the
 * payload's text. The key is the SHA-1 of the private key. Before it sends any it asks for the answer to a challenge.
 *
 * @see https://developer.paypal.com/braintree/docs/guides/webhooks/parse
 * @module
 */
import { formIn } from "#contracts/form.ts";
import { createHash, createHmac } from "node:crypto";
import { BraintreeAccount } from "../../../provider_accounts/braintree.ts";
import { fromHex } from "../../../provider_accounts/encodings.ts";
import { hmacClaim } from "../hmac.ts";
import type { Scheme } from "../scheme.ts";

const MOST_PAIRS = 16;

export const braintree: Scheme<BraintreeAccount> = {
  settings: BraintreeAccount,
  signatureHeaders: [],
  furtherHeaders: [],
  retired: ({ retired, ...account }) =>
    retired === undefined ? undefined : { ...account, keys: retired },
  claimIn: (_, account) => (body) => {
    const form = formIn(body);
    const [signature, payload] = [
      form.get("bt_signature"),
      form.get("bt_payload"),
    ];
    if (signature === null || payload === null) return "bad_signature";
    const pairs = signature.split("&", MOST_PAIRS).map((one) => one.split("|"));
    const verdicts = account.keys.flatMap(({ public: id, private: secret }) => {
      const signatures = pairs.flatMap(([key, hex = ""]) =>
        key === id ? fromHex(hex) ?? [] : []
      );
      // Some libraries send the payload without its last line's end.
      return [payload, `${payload}\n`].map((text) =>
        hmacClaim({
          algorithm: "sha1",
          keys: [{ id }],
          bytesOf: () => keyBytesOf(secret),
          signatures,
          text: () => [text],
        })(body)
      );
    });
    return verdicts.find((one) => typeof one === "object") ?? "bad_signature";
  },
};

/** The answer to Braintree's challenge; undefined if it is none, so that nothing else can be had signed. */
export function challengeAnswer(
  challenge: string,
  { keys: [first] }: BraintreeAccount,
): string | undefined {
  if (first === undefined || !/^[a-f0-9]{20,32}$/.test(challenge)) {
    return undefined;
  }
  const hmac = createHmac("sha1", keyBytesOf(first.private)).update(challenge);
  return `${first.public}|${hmac.digest("hex")}`;
}

function keyBytesOf(privateKey: string): Uint8Array {
  return createHash("sha1").update(privateKey).digest();
}
