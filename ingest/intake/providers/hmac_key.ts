import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import {
  BLOCK_BYTES,
  compress,
  DIGEST_BYTES,
  initialState,
  type Sha256State,
} from "./sha256.ts";

/** Of a text that is signed: the bytes, or a string that is signed in UTF-8. */
export type Part = string | Uint8Array;

/** Bytes of the longest text that is hashed here: a longer one is `node:crypto`'s, which is quicker from there on. */
export const MOST_BYTES = 2_048;

/** Behind a text: a one, zeros, and how many bits it has, as 64 bits. */
const PADDING_BYTES = 9;

const room = new Uint8Array(
  Math.ceil((MOST_BYTES + PADDING_BYTES) / BLOCK_BYTES) * BLOCK_BYTES,
);
const roomView = new DataView(room.buffer);
/** The block that an inner digest becomes; what is made of it takes the digest's place. */
const digestBlock = blockOfDigest();
const digestView = new DataView(digestBlock.buffer);
const digest = digestBlock.subarray(0, DIGEST_BYTES);
const encoder = new TextEncoder();

/**
 * A key of HMAC-SHA-256 (RFC 2104), with what a key comes to kept: its two blocks are hashed once and not for each text (section
 * 4). A text is copied together and hashed in one room that serves all keys, as nothing here waits.
 */
export class HmacKey {
  readonly #key: Part;
  readonly #inner: Sha256State;
  readonly #outer: Sha256State;
  readonly #state = initialState();

  constructor(key: Part) {
    this.#key = key;
    const block = blockOf(key);
    this.#inner = stateBehind(block.map((byte) => byte ^ 0x36));
    this.#outer = stateBehind(block.map((byte) => byte ^ 0x5c));
  }

  /**
   * Whether one of the codes is that of a text. All are compared, each in constant time.
   *
   * @param parts of the text, one after the other
   * @param codes those of another length are of another algorithm, and none
   */
  hasSigned(
    parts: readonly Part[],
    codes: readonly Uint8Array[],
  ): boolean {
    return isAmong(codes, this.#codeOf(parts));
  }

  /** Good until the next one is made. */
  #codeOf(parts: readonly Part[]): Uint8Array {
    const length = copied(parts);
    if (length === undefined) return byLibrary("sha256", this.#key, parts);
    const state = this.#state;
    state.set(this.#inner);
    compress(state, room, padded(length));
    write(state, digestView);
    state.set(this.#outer);
    compress(state, digestBlock, BLOCK_BYTES);
    write(state, digestView);
    return digest;
  }
}

/** HMAC by any algorithm that `node:crypto` has. */
export function byLibrary(
  algorithm: string,
  key: Part,
  parts: readonly Part[],
): Uint8Array {
  const hmac = createHmac(algorithm, key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/** Whether a code is one of several, each compared in constant time, whichever it is. */
export function isAmong(
  codes: readonly Uint8Array[],
  code: Uint8Array,
): boolean {
  return codes.map((one) =>
    one.length === code.length && timingSafeEqual(one, code)
  ).includes(true);
}

/** A key as a block; one that is longer than that by its digest. */
function blockOf(key: Part): Uint8Array {
  const bytes = typeof key === "string" ? encoder.encode(key) : key;
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(
    bytes.length > BLOCK_BYTES
      ? createHash("sha256").update(bytes).digest()
      : bytes,
  );
  return block;
}

function stateBehind(block: Uint8Array): Sha256State {
  const state = initialState();
  compress(state, block, BLOCK_BYTES);
  return state;
}

/** Copies a text into the room, and says how many bytes it has; undefined if there may be no room for it. */
function copied(parts: readonly Part[]): number | undefined {
  let length = 0;
  for (const part of parts) {
    // A UTF-16 code unit takes three bytes at most.
    const most = typeof part === "string" ? part.length * 3 : part.length;
    if (length + most > MOST_BYTES) return undefined;
    if (typeof part === "string") length += encoded(part, length);
    else {
      room.set(part, length);
      length += part.length;
    }
  }
  return length;
}

/** Writes a string into the room, and says how many bytes it takes. Most are ASCII, and of those few characters. */
function encoded(text: string, start: number): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) {
      return encoder.encodeInto(text, room.subarray(start)).written;
    }
    room[start + i] = code;
  }
  return text.length;
}

/** Fills up the last block of a text that follows a key's block, and says where it ends. */
function padded(length: number): number {
  const end = Math.ceil((length + PADDING_BYTES) / BLOCK_BYTES) * BLOCK_BYTES;
  room.fill(0, length, end);
  room[length] = 0x80;
  roomView.setUint32(end - 4, (BLOCK_BYTES + length) * 8);
  return end;
}

function blockOfDigest() {
  const block = new Uint8Array(BLOCK_BYTES);
  block[DIGEST_BYTES] = 0x80;
  new DataView(block.buffer).setUint32(
    BLOCK_BYTES - 4,
    (BLOCK_BYTES + DIGEST_BYTES) * 8,
  );
  return block;
}

function write(state: Sha256State, to: DataView): void {
  for (let i = 0; i < state.length; i++) to.setInt32(i * 4, state[i] ?? 0);
}
