import { Buffer } from "node:buffer";
import { errno, RequestParser } from "./request_parser.ts";

/** A chunked body that is not as RFC 9112, 7.1 has it, or that is nearly all framing. */
export class ChunkError extends Error {
  override readonly name = "ChunkError";
}

const ANY_CHUNKED_HEAD = Buffer.from(
  "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
);

/**
 * Framing that is taken: for each byte of the body this many (a chunk of one byte has at least five more),
 * and some for trailers. What chunk extensions and trailers say is passed over and never kept.
 */
const FRAMING_PER_BYTE = 16;
const FRAMING_BYTES = 16 * 1024;

/** Takes one chunked body apart. Holds memory outside JavaScript until `free`. */
export class ChunkDecoder {
  readonly #parser = new RequestParser({ hasBody: true });
  #framing = 0;
  #body = 0;
  #isFree = false;
  isDone = false;

  constructor() {
    this.#parser.parse(ANY_CHUNKED_HEAD, {});
  }

  /**
   * Decodes in place: the body's bytes end up at the beginning of `bytes`.
   *
   * @returns how many those are, and how many of `bytes` were read: fewer than all only at the body's end
   * @throws {ChunkError}
   */
  decode(bytes: Uint8Array): { length: number; read: number } {
    let length = 0;
    const error = this.#parser.parse(bytes, {
      body(from, to) {
        bytes.copyWithin(length, from, to);
        length += to - from;
      },
      messageComplete: () => this.isDone = true,
    });
    if (error !== errno.ok && !(error === errno.paused && this.isDone)) {
      throw new ChunkError("The body is not in chunks");
    }
    const read = this.isDone ? this.#parser.pausedAt : bytes.length;
    this.#body += length;
    this.#framing += read - length;
    if (this.#framing > FRAMING_BYTES + FRAMING_PER_BYTE * this.#body) {
      throw new ChunkError("The body is nearly all framing");
    }
    return { length, read };
  }

  /** Safe to call more than once. */
  free(): void {
    if (!this.#isFree) this.#parser.free();
    this.#isFree = true;
  }
}
