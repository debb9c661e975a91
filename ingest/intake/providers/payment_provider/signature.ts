import type { HmacKey } from "../hmac_key.ts";

/**
 * Whether one of the keys made the signature: HMAC-SHA256 over `<timestamp>.<body>`, 32 bytes. Takes the same time whichever
 * byte differs and whichever key fits.
 *
 * @param timestamp the header's text, as it was sent
 * @param signature the header's text; anything but 64 lower-case hex digits is no signature
 */
export function isSigned(
  { keys, timestamp, body, signature }: {
    keys: readonly HmacKey[];
    timestamp: string;
    body: Uint8Array;
    signature: string;
  },
): boolean {
  if (!looksSigned(signature)) return false;
  const given = [Uint8Array.fromHex(signature)];
  const parts = [`${timestamp}.`, body];
  return keys.map((key) => key.hasSigned(parts, given)).includes(true);
}

/** Whether a signature's text can be one. */
export function looksSigned(signature: string): boolean {
  return /^[0-9a-f]{64}$/.test(signature);
}

/** Unix seconds from a timestamp header, or nothing if it is no integer. */
export function parseTimestamp(text: string): number | undefined {
  return text.length <= 20 && /^-?\d+$/.test(text) ? Number(text) : undefined;
}
