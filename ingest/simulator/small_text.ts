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
  const bytes = await request.arrayBuffer();
  return bytes.byteLength > MAX_BODY_BYTES
    ? undefined
    : new TextDecoder().decode(bytes);
}
