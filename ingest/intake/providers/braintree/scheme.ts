/**
 * Braintree: a form with `bt_payload`, base64 in lines, and `bt_signature`, pairs of a public key and HMAC-SHA1 in hex of the
 * payload's text. The key is the SHA-1 of the private key. Before it sends any it asks for the answer to a challenge.
 *
 * @see https://developer.paypal.com/braintree/docs/guides/webhooks/parse
 * @module
 */
import { createHash, createHmac } from "node:crypto";
import { z } from "zod";
import { formIn } from "../form.ts";
import { fromHex, hmacClaim } from "../hmac.ts";
import { KeyText } from "../keys.ts";
import type { Scheme } from "../scheme.ts";

const Pairs = z.array(z.strictObject({ public: KeyText, private: KeyText }))
  .min(1).max(8);

const settings = z.strictObject({ keys: Pairs, retired: Pairs.optional() });

type Account = z.infer<typeof settings>;

const MOST_PAIRS = 16;

export const braintree: Scheme<Account> = {
  settings,
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
          keys: [{ id, bytes: keyBytesOf(secret) }],
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
  { keys: [first] }: Account,
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
