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
  (text) => bytesOf(text, PUBLIC_PREFIX)?.length === 32,
  "must be whpk_ and the 32 bytes of an Ed25519 key in base64",
);

const Secrets = keys(Secret).transform((all) =>
  all.map(({ id, text }) => ({ id, bytes: bytesOf(text, SECRET_PREFIX) ?? "" }))
).optional();

export const StandardWebhooksAccount = z.strictObject({
  secrets: Secrets,
  retired: Secrets,
  public_keys: keys(PublicKey).transform((all) =>
    all.map(({ id, text }) => ({ id, key: ed25519KeyOf(text) }))
  ).optional(),
  tolerance_seconds: tolerance,
}).refine(
  ({ secrets, public_keys }) => secrets ?? public_keys,
  "must have secrets, or public_keys",
);
export type StandardWebhooksAccount = z.infer<typeof StandardWebhooksAccount>;

function ed25519KeyOf(text: string): KeyObject {
  const x = bytesOf(text, PUBLIC_PREFIX)
    ?.toBase64({ alphabet: "base64url", omitPadding: true });
  return createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: x ?? "" },
    format: "jwk",
  });
}

/** Some print a secret without its prefix. */
function bytesOf(text: string, prefix: string): Uint8Array | undefined {
  return fromBase64(text.startsWith(prefix) ? text.slice(prefix.length) : text);
}
