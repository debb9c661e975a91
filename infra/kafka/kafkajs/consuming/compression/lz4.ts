/**
 * LZ4 in frames, with all that they may have: blocks that refer to those before them, sizes, checksums, frames
 * behind each other, frames to be skipped. Checksums are passed over: the batch's own was right.
 *
 * Our own, as no package will do: lz4js takes damaged input for good, lz4-napi knows no limit to what comes
 * out and is native, which on Deno takes a permission of its own, and those of WebAssembly know no frames.
 *
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
 * @module
 */
import { Buffer } from "node:buffer";
import { copyLiterals, copyMatch } from "./copy_match.ts";
import { damaged, tooLarge } from "./unreadable.ts";

const MAGIC = 0x184d2204;
/** Sixteen in all; the last four bits are anybody's. */
const SKIPPABLE_MAGIC = 0x184d2a5;
const VERSION = 1;
const flags = {
  dictionary: 1,
  contentChecksum: 4,
  contentSize: 8,
  blockChecksums: 16,
  independentBlocks: 32,
} as const;
const CHECKSUM_BYTES = 4;
/** In a block's length: what follows is not compressed. */
const PLAIN = 0x80000000;

export function decompressLz4(input: Buffer, mostBytes: number): Buffer {
  const output = new Output(mostBytes);
  const reader = new Frames(input);
  while (!reader.isAtEnd) reader.readFrame(output);
  return output.bytes;
}

class Frames {
  readonly #input: Buffer;
  #at = 0;

  constructor(input: Buffer) {
    this.#input = input;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#input.length;
  }

  readFrame(output: Output): void {
    const magic = this.#uint32();
    if (magic >>> 4 === SKIPPABLE_MAGIC) {
      this.#pass(this.#uint32());
      return;
    }
    if (magic !== MAGIC) throw notLz4("it does not begin as a frame");
    const flag = this.#byte();
    if (flag >>> 6 !== VERSION) throw notLz4("its version is unknown");
    if ((flag & flags.dictionary) !== 0) throw notLz4("it wants a dictionary");
    const mostInBlock = blockSize(this.#byte());
    const contentSize = (flag & flags.contentSize) === 0
      ? undefined
      : this.#uint32() + this.#uint32() * 2 ** 32;
    this.#byte(); // checksum of the header
    const start = output.length;
    for (let length = this.#uint32(); length !== 0; length = this.#uint32()) {
      const isPlain = length >= PLAIN;
      const block = this.#pass(isPlain ? length - PLAIN : length);
      if (isPlain) output.append(block, mostInBlock);
      else {
        const isAlone = (flag & flags.independentBlocks) !== 0;
        const reach = isAlone ? output.length : start;
        output.inflate(block, { mostInBlock, reach });
      }
      if ((flag & flags.blockChecksums) !== 0) this.#pass(CHECKSUM_BYTES);
    }
    if ((flag & flags.contentChecksum) !== 0) this.#pass(CHECKSUM_BYTES);
    if (contentSize !== undefined && contentSize !== output.length - start) {
      throw notLz4("it comes to another length than it says");
    }
  }

  #byte(): number {
    return this.#pass(1)[0] as number;
  }

  #uint32(): number {
    return this.#pass(4).readUInt32LE();
  }

  #pass(length: number): Buffer {
    const from = this.#at;
    if (length > this.#input.length - from) throw notLz4("it is cut off");
    this.#at += length;
    return this.#input.subarray(from, this.#at);
  }
}

/** From 64 KiB to 4 MiB, by the bits 4 to 6 of a frame's second byte. */
function blockSize(descriptor: number): number {
  const id = descriptor >>> 4 & 7;
  if (id < 4) throw notLz4("its largest block is unknown");
  return 2 ** (8 + 2 * id);
}

/** A byte of a length comes to no more bytes than this. */
const MOST_PER_BYTE = 255;
const SHORTEST_MATCH = 4;
/** A length up to this is in four bits; this itself says that more bytes follow. */
const LONG = 15;

/** What comes out, in a buffer that grows as it must. */
class Output {
  length = 0;
  #buffer = Buffer.alloc(0);
  readonly #mostBytes: number;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.length);
  }

  append(block: Buffer, mostInBlock: number): void {
    if (block.length > mostInBlock) throw notLz4(LARGE_BLOCK);
    const end = this.#makeRoom(block.length);
    if (end < this.length + block.length) throw tooLarge(this.#mostBytes);
    block.copy(this.#buffer, this.length);
    this.length += block.length;
  }

  /** @param options with `reach`, the first byte of the output that the block may refer to */
  inflate(
    input: Buffer,
    { mostInBlock, reach }: { mostInBlock: number; reach: number },
  ): void {
    const most = Math.min(mostInBlock, input.length * MOST_PER_BYTE);
    const end = this.#makeRoom(most);
    const output = this.#buffer;
    let at = this.length;
    const take = (length: number) => {
      if (length <= end - at) return length;
      throw end < this.length + most
        ? tooLarge(this.#mostBytes)
        : notLz4(LARGE_BLOCK);
    };
    for (let from = 0; from < input.length;) {
      const token = input[from++] as number;
      let length = token >>> 4;
      if (length === LONG) {
        const extended = longer(input, from);
        length += extended.length;
        from = extended.from;
      }
      if (take(length) > input.length - from) throw notLz4("it is cut off");
      copyLiterals({ input, from, output, at, length });
      from += length;
      at += length;
      if (from === input.length) {
        this.length = at;
        return;
      }
      if (from + 2 > input.length) throw notLz4("it is cut off");
      const distance = input.readUInt16LE(from);
      from += 2;
      length = token & LONG;
      if (length === LONG) {
        const extended = longer(input, from);
        length += extended.length;
        from = extended.from;
      }
      length += SHORTEST_MATCH;
      if (distance === 0 || distance > at - reach) {
        throw notLz4("it copies nothing");
      }
      copyMatch({ output, at, distance, length: take(length) });
      at += length;
    }
    throw notLz4("a block does not end with literals");
  }

  /** @returns where the room ends: behind `bytes` more, or where the limit is */
  #makeRoom(bytes: number): number {
    const end = Math.min(this.length + bytes, this.#mostBytes);
    if (end > this.#buffer.length) {
      const size = Math.max(end, 2 * this.#buffer.length);
      const larger = Buffer.allocUnsafe(Math.min(size, this.#mostBytes));
      this.#buffer.copy(larger, 0, 0, this.length);
      this.#buffer = larger;
    }
    return end;
  }
}

function longer(
  input: Buffer,
  start: number,
): { length: number; from: number } {
  let length = 0;
  for (let from = start; from < input.length;) {
    const byte = input[from++] as number;
    length += byte;
    if (byte < 255) return { length, from };
  }
  throw notLz4("it is cut off");
}

const LARGE_BLOCK = "a block is larger than the frame allows";

function notLz4(what: string) {
  return damaged(`cannot be decompressed as lz4: ${what}`);
}
