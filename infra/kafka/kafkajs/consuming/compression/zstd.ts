/// <reference path="./zlib.d.ts" />
/**
 * Zstandard, by the runtime's own library, which is given one whole frame at a time and nothing else. Left to
 * itself Deno 2.9 ends behind the first frame, or before one that is to be skipped, and both it and Bun 1.4
 * take what is cut off for what there is, without a word. Once neither does, which the tests beside this show,
 * the input can be handed over as it is.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc8878 section 3.1
 * @module
 */
import { Buffer } from "node:buffer";
import { zstdDecompressSync } from "node:zlib";
import { damaged, tooLarge } from "./unreadable.ts";

const MAGIC = 0xfd2fb528;
/** Sixteen in all; the last four bits are anybody's. */
const SKIPPABLE_MAGIC = 0x184d2a5;

/** Producers write one. Half a million, all empty, would fit a batch and keep a worker busy for seconds. */
const MOST_FRAMES = 1_000;

export function decompressZstd(input: Buffer, mostBytes: number): Buffer {
  const frames: Buffer[] = [];
  let bytes = 0;
  for (let at = 0; at < input.length;) {
    const end = endOfFrame(input, at);
    if (!isSkippable(input, at)) {
      if (frames.length === MOST_FRAMES) {
        throw notZstd(`it has more than ${MOST_FRAMES} frames`);
      }
      const maxOutputLength = mostBytes - bytes;
      // The runtime takes no limit of 0.
      if (maxOutputLength === 0) throw tooLarge(mostBytes);
      const frame = input.subarray(at, end);
      const made = zstdDecompressSync(frame, { maxOutputLength });
      frames.push(made);
      bytes += made.length;
    }
    at = end;
  }
  return frames[0] !== undefined && frames.length === 1
    ? frames[0]
    : Buffer.concat(frames, bytes);
}

function endOfFrame(input: Buffer, start: number): number {
  if (isSkippable(input, start)) {
    return within(input, start + 8 + number(input, start + 4, 4));
  }
  if (number(input, start, 4) !== MAGIC) {
    throw notZstd("it does not begin as a frame");
  }
  const descriptor = number(input, start + 4, 1);
  let at = start + 5 + restOfHeader(descriptor);
  for (let isLast = false; !isLast;) {
    const header = number(input, at, 3);
    isLast = (header & 1) !== 0;
    const isRepeatedByte = (header >>> 1 & 3) === 1;
    at += 3 + (isRepeatedByte ? 1 : header >>> 3);
  }
  const hasChecksum = (descriptor & 4) !== 0;
  return within(input, at + (hasChecksum ? 4 : 0));
}

/** Bytes of a frame's header behind its descriptor: of the window, the dictionary's id and the size. */
function restOfHeader(descriptor: number): number {
  const isOneSegment = (descriptor & 32) !== 0;
  const window = isOneSegment ? 0 : 1;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const size = [isOneSegment ? 1 : 0, 2, 4, 8][descriptor >>> 6] ?? 0;
  return window + dictionary + size;
}

function isSkippable(input: Buffer, at: number): boolean {
  return number(input, at, 4) >>> 4 === SKIPPABLE_MAGIC;
}

function number(input: Buffer, at: number, bytes: number): number {
  within(input, at + bytes);
  return input.readUIntLE(at, bytes);
}

function within(input: Buffer, end: number): number {
  if (end > input.length) throw notZstd("it is cut off");
  return end;
}

function notZstd(what: string) {
  return damaged(`cannot be decompressed as zstd: ${what}`);
}
