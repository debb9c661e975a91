import type { HonoRequest } from "hono";

export const MAX_BODY_BYTES = 64 * 1024;

/**
 * A body as text; undefined if it is larger than is taken. Hono's own limit makes a new `Request` of one
 * that it has read, and the server's are none of the runtime's.
 */
export async function smallText(
  request: HonoRequest,
): Promise<string | undefined> {
  const declared = Number(request.header("Content-Length") ?? 0);
  if (declared > MAX_BODY_BYTES) return undefined;
  const { body } = request.raw;
  if (body === null) return "";
  // A body that does not say its length may have no end.
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  for await (const piece of body) {
    bytes += piece.byteLength;
    if (bytes > MAX_BODY_BYTES) return undefined;
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}
