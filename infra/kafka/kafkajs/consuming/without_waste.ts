import { Buffer } from "node:buffer";

/**
 * The same bytes, in a memory of their own if they are less than half of what they keep alive: an answer
 * holds the records of many partitions, and decompressing makes a page for a line. A partition processor that waits
 * would keep all of that for its own few records, and count only those.
 */
export function withoutWaste(bytes: Buffer): Buffer {
  if (2 * bytes.length >= bytes.buffer.byteLength) return bytes;
  // Not of the pool, which others keep alive.
  const own = Buffer.allocUnsafeSlow(bytes.length);
  own.set(bytes);
  return own;
}
