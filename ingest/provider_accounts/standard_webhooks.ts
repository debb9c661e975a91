import { createPublicKey, type KeyObject } from "node:crypto";
import { z } from "zod";
import { fromBase64 } from "./encodings.ts";
import { keys } from "./keys.ts";
import { tolerance } from "./tolerance.ts";

const SECRET_PREFIX = "whsec_";
const PUBLIC_PREFIX = "whpk_";

const Secret = z.string().refine((text) => {
  const bytes = bytesOf(text, SECRET_PREFIX);
  return bytes !== undefined && bytes.length >= 24 && bytes.length <= 64;
}, "must be whsec_ and 24 to 64 bytes in base64");

const PublicKey = z.string().refine(
  (text) => ed25519KeyOf(text) !== undefined,
  "must be whpk_ and the 32 bytes of an Ed25519 key in base64",
);

const Secrets = keys(Secret).transform((all) =>
  all.map(({ id, text }) => ({ id, bytes: bytesOf(text, SECRET_PREFIX) ?? "" }))
).optional();

export const StandardWebhooksAccount = z.strictObject({
  secrets: Secrets,
  retired: Secrets,
  public_keys: keys(PublicKey).transform((all) =>
    all.flatMap(({ id, text }) => {
      const key = ed25519KeyOf(text);
      return key === undefined ? [] : [{ id, key }];
    })
  ).optional(),
  tolerance_seconds: tolerance,
}).refine(
  ({ secrets, public_keys }) => secrets ?? public_keys,
  "must have secrets, or public_keys",
);
export type StandardWebhooksAccount = z.infer<typeof StandardWebhooksAccount>;

/** Not all 32 bytes are a key. */
function ed25519KeyOf(text: string): KeyObject | undefined {
  const bytes = bytesOf(text, PUBLIC_PREFIX);
  if (bytes?.length !== 32) return undefined;
  const x = bytes.toBase64({ alphabet: "base64url", omitPadding: true });
  try {
    const key = { kty: "OKP", crv: "Ed25519", x };
    return createPublicKey({ key, format: "jwk" });
  } catch {
    return undefined;
  }
}

/** Some print a secret without its prefix. */
function bytesOf(text: string, prefix: string): Uint8Array | undefined {
  return fromBase64(text.startsWith(prefix) ? text.slice(prefix.length) : text);
}
