/**
 * Standard Webhooks, and Svix, whose headers have other names: HMAC-SHA256, or Ed25519, in base64 over id, time and body, parted
 * by full stops. Several signatures are parted by blanks.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @module
 */
import { Buffer } from "node:buffer";
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { z } from "zod";
import {
  fromBase64,
  hmacClaim,
  isStale,
  type KeyBytes,
  millisecondsIn,
  secondsIn,
} from "../hmac.ts";
import { asRetired, keys } from "../keys.ts";
import type { Scheme, Verdict } from "../scheme.ts";
import { tolerance } from "../tolerance.ts";

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
  all.map(({ id, text }): KeyBytes => ({
    id,
    bytes: bytesOf(text, SECRET_PREFIX) ?? "",
  }))
).optional();

const settings = z.strictObject({
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

/** As some send several after each other. */
const MOST_SIGNATURES = 16;

const names = ["id", "timestamp", "signature"] as const;

export const standardWebhooks: Scheme<z.infer<typeof settings>> = {
  settings,
  signatureHeaders: ["webhook-signature", "svix-signature"],
  furtherHeaders: [
    "webhook-id",
    "webhook-timestamp",
    "svix-id",
    "svix-timestamp",
  ],
  required: {
    id: ["webhook-id", "svix-id"],
    timestamp: ["webhook-timestamp", "svix-timestamp"],
    signature: ["webhook-signature", "svix-signature"],
  },
  retired: asRetired,
  claimIn(headers, account, nowMs) {
    const prefix = headers.has("webhook-id") ? "webhook" : "svix";
    const [id, time, text] = names.map((name) =>
      headers.get(`${prefix}-${name}`)
    );
    if (id == null || time == null || text == null) return "missing_header";
    const seconds = secondsIn(time);
    if (seconds === undefined) return "invalid_timestamp";
    const { secrets = [], public_keys = [], tolerance_seconds } = account;
    if (isStale(seconds, { nowMs, toleranceSeconds: tolerance_seconds })) {
      return "stale_timestamp";
    }
    const all = text.split(" ", MOST_SIGNATURES).map((one) => one.split(","));
    const of = (version: string) =>
      all.flatMap(([is, base64 = ""]) =>
        is === version ? fromBase64(base64) ?? [] : []
      );
    const [symmetric, asymmetric] = [of("v1"), of("v1a")];
    if (symmetric.length + asymmetric.length === 0) return "bad_signature";
    const before = `${id}.${time}.`;
    const byHmac = hmacClaim({
      algorithm: "sha256",
      keys: secrets,
      signatures: symmetric,
      text: (body) => [before, body],
    });
    if (asymmetric.length === 0) return byHmac;
    const byEd25519 = ed25519Claim(public_keys, asymmetric, before);
    return (body) => {
      const verdicts = [byHmac(body), byEd25519(body)];
      return verdicts.find((one) => typeof one === "object") ??
        "bad_signature";
    };
  },
  signedAtMs: (headers) =>
    millisecondsIn(
      headers.get("webhook-timestamp") ?? headers.get("svix-timestamp") ?? "",
    ),
  sentences: {
    missing_header:
      "The headers webhook-id, webhook-timestamp and webhook-signature are required.",
  },
};

function ed25519Claim(
  keys: readonly { readonly id: string; readonly key: KeyObject }[],
  signatures: readonly Uint8Array[],
  before: string,
): (body: Uint8Array) => Verdict {
  return (body) => {
    const signed = Buffer.concat([Buffer.from(before), body]);
    const fitting = keys.filter(({ key }) =>
      signatures.map((one) =>
        one.length === 64 && verify(null, signed, key, one)
      ).includes(true)
    );
    return fitting[0] === undefined ? "bad_signature" : { key: fitting[0].id };
  };
}

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
