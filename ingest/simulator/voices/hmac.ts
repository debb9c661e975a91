import { createHmac } from "node:crypto";

/** HMAC (RFC 2104) of parts, one after the other, as text. */
export function hmac(
  algorithm: "sha1" | "sha256" | "sha512",
  key: string | Uint8Array,
  parts: readonly (string | Uint8Array)[],
  encoding: "hex" | "base64",
): string {
  const made = createHmac(algorithm, key);
  for (const part of parts) made.update(part);
  return made.digest(encoding);
}

/** The first of an account's secrets: who rolls one decides by the order which of them signs. */
export function firstSecret(
  { secrets: [first] }: { readonly secrets: readonly { text: string }[] },
): string {
  return first?.text ?? "";
}

export const JSON_BODY = { "Content-Type": "application/json" };
