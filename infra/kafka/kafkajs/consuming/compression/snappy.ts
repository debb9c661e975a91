/**
 * Snappy, in both ways in which it lies in record batches: as one block (librdkafka), and as the stream of
 * blocks that snappy-java writes (the Java client).
 *
 * Our own, as no package will do: snappyjs runs for ever on a literal of negative length, and `snappy` is
 * native, which on Deno takes a permission of its own.
 *
 * @see https://github.com/google/snappy/blob/main/format_description.txt
 * @see https://github.com/xerial/snappy-java, `SnappyOutputStream`
 * @module
 */
import { Buffer } from "node:buffer";
import { copyLiterals, copyMatch } from "./copy_match.ts";
import { damaged, tooLarge } from "./unreadable.ts";

/** What a stream of snappy-java begins with, before its version and the oldest one that can read it. */
const STREAM_MAGIC = Buffer.from([0x82, ...Buffer.from("SNAPPY"), 0]);
const STREAM_HEADER_BYTES = STREAM_MAGIC.length + 4 + 4;

export function decompressSnappy(input: Buffer, mostBytes: number): Buffer {
  if (!beginsStream(input, 0)) return block(input, mostBytes);
  const blocks: Buffer[] = [];
  let bytes = 0;
  for (let at = 0; at < input.length;) {
    // If a producer has flushed, streams follow each other.
    if (beginsStream(input, at)) {
      at += STREAM_HEADER_BYTES;
      continue;
    }
    if (at + 4 > input.length) throw notSnappy("a block's length is cut off");
    const start = at + 4;
    at = start + input.readInt32BE(at);
    if (at < start || at > input.length) throw notSnappy("a block is cut off");
    const made = block(input.subarray(start, at), mostBytes - bytes);
    blocks.push(made);
    bytes += made.length;
  }
  return Buffer.concat(blocks, bytes);
}

function beginsStream(input: Buffer, at: number): boolean {
  const magic = input.subarray(at, at + STREAM_MAGIC.length);
  return magic.equals(STREAM_MAGIC);
}

/** What elements are, by the lowest two bits of their first byte. */
const [LITERAL, COPY_1, COPY_2] = [0, 1, 2];
/** A literal's length up to this is in its first byte; above, it says how many bytes the length takes. */
const SHORT_LITERAL = 60;

function block(input: Buffer, mostBytes: number): Buffer {
  const { length, at: start } = uncompressedLength(input);
  if (length > mostBytes) throw tooLarge(mostBytes);
  const output = Buffer.allocUnsafe(length);
  let from = start;
  let to = 0;
  while (from < input.length) {
    const tag = input[from++] as number;
    const type = tag & 3;
    if (type === LITERAL) {
      let length = (tag >>> 2) + 1;
      if (length > SHORT_LITERAL) {
        const bytes = length - SHORT_LITERAL;
        length = littleEndian(input, from, bytes) + 1;
        from += bytes;
      }
      if (length > input.length - from) throw notSnappy("a literal is cut off");
      if (length > output.length - to) throw notSnappy(LONGER);
      copyLiterals({ input, from, output, at: to, length });
      from += length;
      to += length;
      continue;
    }
    const bytes = type === COPY_1 ? 1 : type === COPY_2 ? 2 : 4;
    const length = type === COPY_1 ? (tag >>> 2 & 7) + 4 : (tag >>> 2) + 1;
    const distance = littleEndian(input, from, bytes) +
      (type === COPY_1 ? tag >>> 5 << 8 : 0);
    from += bytes;
    if (distance === 0 || distance > to) throw notSnappy("it copies nothing");
    if (length > output.length - to) throw notSnappy(LONGER);
    copyMatch({ output, at: to, distance, length });
    to += length;
  }
  if (to < output.length) throw notSnappy("it comes to less than it says");
  return output;
}

const LONGER = "it comes to more than it says";

/** Seven bits a byte, the lowest first, 32 bits at most. */
function uncompressedLength(input: Buffer): { length: number; at: number } {
  let length = 0;
  for (let at = 0; at < 5; at++) {
    const byte = input[at];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80 && length < 2 ** 32) return { length, at: at + 1 };
  }
  throw notSnappy("it does not say how long it is");
}

function littleEndian(input: Buffer, at: number, bytes: number): number {
  if (bytes > input.length - at) throw notSnappy("it is cut off");
  return input.readUIntLE(at, bytes);
}

function notSnappy(what: string) {
  return damaged(`cannot be decompressed as snappy: ${what}`);
}
