/**
 * Standard Webhooks, and Svix, whose headers have other names: HMAC-SHA256, or Ed25519, in base64 over id, time and body, parted
 * by full stops. Several signatures are parted by blanks.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @module
 */
import { Buffer } from "node:buffer";
import { type KeyObject, verify } from "node:crypto";
import { fromBase64 } from "../../../provider_accounts/encodings.ts";
import { asRetired } from "../../../provider_accounts/keys.ts";
import {
  StandardWebhooksAccount,
} from "../../../provider_accounts/standard_webhooks.ts";
import { hmacClaim, isStale, millisecondsIn, secondsIn } from "../hmac.ts";
import type { Scheme, Verdict } from "../scheme.ts";

/** As some send several after each other. */
const MOST_SIGNATURES = 16;

const names = ["id", "timestamp", "signature"] as const;

export const standardWebhooks: Scheme<StandardWebhooksAccount> = {
  settings: StandardWebhooksAccount,
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
      bytesOf: ({ bytes }) => bytes,
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
