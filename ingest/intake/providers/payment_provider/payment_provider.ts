/**
 * The provider that EventFlow began with, and that the simulator plays: HMAC-SHA256 in hex over the timestamp, a
 * full stop and the body.
 *
 * @module
 */
import { webhookHeaders } from "#contracts/headers.ts";
import type { Provider } from "../provider.ts";
import { explain } from "./explain.ts";
import { keysOf, NAME, namedSecretsOf, settings } from "./settings.ts";
import { isSigned, looksSigned, parseTimestamp } from "./signature.ts";

export const paymentProvider = {
  name: NAME,
  path: "/api/webhooks/payment-authorized",
  settings,
  signatureHeader: webhookHeaders.signature,
  description: {
    operationId: "receivePaymentAuthorized",
    summary: "Take a signed webhook in",
    parameters: [
      {
        in: "header",
        name: webhookHeaders.timestamp,
        required: true,
        description: "Seconds since the epoch at which the body was signed.",
        schema: { type: "string", pattern: "^-?[0-9]{1,20}$" },
      },
      {
        in: "header",
        name: webhookHeaders.signature,
        required: true,
        description:
          "Lower-case hex of HMAC-SHA256 over the timestamp, a full stop and the raw body.",
        schema: { type: "string", pattern: "^[0-9a-f]{64}$" },
      },
    ],
  },
  sentences: {
    missing_header:
      `The headers ${webhookHeaders.timestamp} and ${webhookHeaders.signature} are required.`,
    invalid_timestamp:
      `${webhookHeaders.timestamp} must be an integer: seconds since the epoch.`,
    stale_timestamp:
      `${webhookHeaders.timestamp} is too far from the time of this service.`,
    bad_signature:
      `${webhookHeaders.signature} is not the signature of this timestamp and body.`,
  },
  signatureIn(headers, { config, nowMs }) {
    const timestamp = headers.get(webhookHeaders.timestamp);
    const signature = headers.get(webhookHeaders.signature);
    if (timestamp === null || signature === null) return "missing_header";
    const signedAt = parseTimestamp(timestamp);
    if (signedAt === undefined) return "invalid_timestamp";
    const age = Math.abs(nowMs / 1000 - signedAt);
    if (age > config.toleranceSeconds) return "stale_timestamp";
    if (!looksSigned(signature)) return "bad_signature";
    const keys = keysOf(config);
    return {
      isOf: (body) => isSigned({ keys, timestamp, body, signature }),
    };
  },
  secretsOf: namedSecretsOf,
  explain: (refused, { config: { toleranceSeconds }, secrets }) =>
    explain(refused, { toleranceSeconds, secrets }),
} satisfies Provider<typeof settings>;
