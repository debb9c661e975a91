import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * The signature of a webhook: HMAC-SHA256 over `<timestamp>.<body>`, 32 bytes.
 *
 * @param timestamp the header's text, as it was sent
 */
export function sign(
  secret: string,
  timestamp: string,
  body: Uint8Array,
): Buffer {
  return createHmac("sha256", secret).update(`${timestamp}.`).update(body)
    .digest();
}

/**
 * Whether one of the secrets made the signature. Takes the same time whichever byte differs and
 * whichever secret fits.
 *
 * @param signature the header's text; anything but 64 lower-case hex digits is no signature
 */
export function isSigned(
  { secrets, timestamp, body, signature }: {
    secrets: readonly string[];
    timestamp: string;
    body: Uint8Array;
    signature: string;
  },
): boolean {
  if (!looksSigned(signature)) return false;
  const given = Uint8Array.fromHex(signature);
  return secrets
    .map((secret) => timingSafeEqual(sign(secret, timestamp, body), given))
    .includes(true);
}

/** Whether a signature's text can be one. */
export function looksSigned(signature: string): boolean {
  return /^[0-9a-f]{64}$/.test(signature);
}

/** Unix seconds from a timestamp header, or nothing if it is no integer. */
export function parseTimestamp(text: string): number | undefined {
  return text.length <= 20 && /^-?\d+$/.test(text) ? Number(text) : undefined;
}
