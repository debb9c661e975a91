import { Buffer } from "node:buffer";
import type { signatureEncodings } from "#contracts/rejected_webhook.ts";

type Encoding = (typeof signatureEncodings)[number];

/** Of 20 to 512 bytes: signatures, and nothing else that stands in a header with them. */
const HEX = /\b(?:[\da-f]{2}){20,512}\b/gi;
const BASE64 = /(?<![\w+/-])[\w+/-]{27,684}(?![\w+/-])={0,2}/g;

/**
 * What a header with a signature in it would say if it were written in another way, by the way in which it is written. Each is
 * read by the provider's own scheme, which knows which one it should be.
 */
export function signatureRewrites(
  text: string,
): (readonly [Encoding, string])[] {
  const bare = text.replaceAll(/["']/g, "");
  const all: (readonly [Encoding, string])[] = [
    ["quoted", bare],
    ["prefixed", bare.replace(/^[a-z][\w-]{0,15}[=:] */i, "")],
    ["hex", bare.replaceAll(HEX, (hex) => recoded(hex, "hex", "base64"))],
    ["base64", bare.replaceAll(BASE64, (one) => recoded(one, "base64", "hex"))],
    [
      "base64url",
      bare.replaceAll(BASE64, (one) => recoded(one, "base64url", "base64")),
    ],
  ];
  return all.map(([encoding, rewritten]) =>
    [
      encoding === "base64" && /[_-]/.test(bare) ? "base64url" : encoding,
      rewritten,
    ] as const
  ).filter(([, rewritten]) => rewritten !== text);
}

function recoded(
  text: string,
  from: "hex" | "base64" | "base64url",
  to: "hex" | "base64",
): string {
  return Buffer.from(text, from).toString(to);
}

/** What a header is that no signature can be in. */
export function formOfNoSignature(
  text: string,
): "empty" | "too_long" | "other" | undefined {
  if (text === "") return "empty";
  if (text.length > 4_096) return "too_long";
  return /[\w+/-]{27}/.test(text) ? undefined : "other";
}
