import type { z } from "zod";
import { fromBase64, fromHex } from "../../provider_accounts/encodings.ts";
import { asRetired, type Key } from "../../provider_accounts/keys.ts";
import { hmacClaim } from "./hmac.ts";
import type { Part } from "./hmac_key.ts";
import type { Scheme } from "./scheme.ts";

/**
 * The way of signing that most have: HMAC of the body, in a header of its own, without a time.
 *
 * @param of.header lower case; sent twice, its values come joined by a comma
 * @param of.text what is signed; absent: the body alone
 */
export function bodyHmac<
  A extends {
    readonly secrets: readonly Key[];
    readonly retired?: readonly Key[] | undefined;
  },
>(
  {
    settings,
    header,
    algorithm,
    encoding,
    text = (body) => [body],
    furtherHeaders = [],
  }: {
    readonly settings: z.ZodType<A>;
    readonly header: string;
    readonly algorithm: "sha256" | "sha512";
    readonly encoding: "hex" | "base64";
    readonly furtherHeaders?: readonly string[];
    readonly text?: (body: Uint8Array, account: A) => readonly Part[];
  },
): Scheme<A> {
  const read = encoding === "hex" ? fromHex : fromBase64;
  return {
    settings,
    signatureHeaders: [header],
    required: { signature: [header] },
    retired: asRetired,
    furtherHeaders,
    claimIn(headers, account) {
      const given = headers.get(header);
      if (given === null) return "missing_header";
      const signatures = given.split(",", MOST_SIGNATURES)
        .flatMap((one) => read(one.trim()) ?? []);
      if (signatures.length === 0) return "bad_signature";
      return hmacClaim({
        algorithm,
        keys: account.secrets,
        bytesOf: ({ text }) => text,
        signatures,
        text: (body) => text(body, account),
      });
    },
  };
}

const MOST_SIGNATURES = 4;
