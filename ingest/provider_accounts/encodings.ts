/** The bytes of a text in hex, in either case; undefined if it is none. */
export function fromHex(text: string): Uint8Array | undefined {
  return /^(?:[0-9a-fA-F]{2}){1,64}$/.test(text)
    ? Uint8Array.fromHex(text)
    : undefined;
}

/** The bytes of a text in base64 (RFC 4648, section 4) with its padding; undefined if it is none. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  try {
    return Uint8Array.fromBase64(text, { lastChunkHandling: "strict" });
  } catch {
    return undefined;
  }
}
