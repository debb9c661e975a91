import { Buffer } from "node:buffer";
import { KeptRooms } from "./kept_rooms.ts";
import { Turnstile } from "./turnstile.ts";

/** What is read into, of a size: as bytes, and as the `Buffer` over them that makes text of a part. */
type Room = { readonly bytes: Uint8Array<ArrayBuffer>; readonly text: Buffer };

/** Every connection that is read from has as much; most webhooks fit with their head. */
const SMALL_BYTES = 4 * 1024;

/** Of those whose request is answered: who waits for Kafka needs none, and that may be all. */
const small = new KeptRooms(() => roomFor(SMALL_BYTES), 1_024);

/** What is discarded is read into one buffer by all: nobody looks at it. */
const forgotten = new Uint8Array(64 * 1024);

/** Such reads in one turn of the event loop: who floods its connection after the last answer has bytes each time. */
const discards = new Turnstile(4);

/**
 * What one connection has sent and nobody has taken yet. Memory is its buffer, and never more: none if nothing is
 * there and nothing is read.
 */
export class HttpInput {
  readonly #connection: Pick<Deno.Conn, "read">;
  #room = NO_ROOM;
  #start = 0;
  #end = 0;
  /** The last one. */
  #fill: Promise<boolean> | undefined;
  /** The room is the runtime's to write into. */
  #isReading = false;

  constructor(connection: Pick<Deno.Conn, "read">) {
    this.#connection = connection;
  }

  get length(): number {
    return this.#end - this.#start;
  }

  /** All that is there; a view, which is good until more is read. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#room.bytes.subarray(this.#start, this.#end);
  }

  /** The first bytes, one character each. */
  text(length: number): string {
    return this.#room.text.toString(
      "latin1",
      this.#start,
      this.#start + length,
    );
  }

  /** Takes up to so many bytes; the view is good until more is read. */
  take(count: number): Uint8Array<ArrayBuffer> {
    const from = this.#start;
    this.#start = Math.min(from + count, this.#end);
    return this.#room.bytes.subarray(from, this.#start);
  }

  /** Passes over the empty lines that may stand before a request: RFC 9112, 2.2. Returns their bytes. */
  skipBlankLines(): number {
    const { bytes } = this.#room;
    const from = this.#start;
    while (
      this.length >= 2 && bytes[this.#start] === CR &&
      bytes[this.#start + 1] === LF
    ) this.#start += 2;
    return this.#start - from;
  }

  /** How long the head is that comes first, looking from `from` on; -1 if its end is not there. */
  headLength(from: number): number {
    const { bytes } = this.#room;
    for (let at = this.#start + Math.max(from, 3); at < this.#end; at++) {
      if (
        bytes[at] === LF && bytes[at - 1] === CR &&
        bytes[at - 2] === LF && bytes[at - 3] === CR
      ) return at + 1 - this.#start;
    }
    return -1;
  }

  /**
   * Reads what has arrived, in a buffer that grows to `maxBytes` only for what fills a smaller one.
   *
   * @returns false if the sender has nothing more to send
   */
  fill(maxBytes: number): Promise<boolean> {
    return this.#fill = this.#read(maxBytes);
  }

  async #read(maxBytes: number): Promise<boolean> {
    this.#makeRoom(maxBytes);
    const { bytes } = this.#room;
    const free = this.#end === 0 ? bytes : bytes.subarray(this.#end);
    this.#isReading = true;
    const count = await this.#connection.read(free);
    this.#isReading = false;
    if (count === null) {
      this.giveBack();
      return false;
    }
    this.#end += count;
    return true;
  }

  /**
   * Reads and forgets, up to so many bytes.
   *
   * @returns whether the sender has nothing more to send
   */
  async discard(maxBytes: number): Promise<boolean> {
    // A read that nobody waits for any longer goes on, into the same buffer.
    if (await this.#fill === false) return true;
    this.#start = this.#end = 0;
    this.giveBack();
    for (let discarded = 0; discarded < maxBytes;) {
      await discards.pass();
      const count = await this.#connection.read(forgotten);
      if (count === null) return true;
      discarded += count;
    }
    return false;
  }

  /** Gives back what nothing is in, and what is larger than what is in it needs. No view of it is good any more. */
  giveBack(): void {
    if (this.#isReading) return;
    const room = this.#room;
    const isSmall = room.bytes.length === SMALL_BYTES;
    if (this.length === 0) {
      this.#moveTo(NO_ROOM);
      if (isSmall) small.give(room);
    } else if (!isSmall && this.length <= SMALL_BYTES) {
      this.#moveTo(small.take());
    }
  }

  #makeRoom(maxBytes: number): void {
    if (this.#start === this.#end) this.#start = this.#end = 0;
    const size = this.#room.bytes.length;
    if (size === 0) return this.#moveTo(small.take());
    if (this.#end < size) return;
    const isFull = this.#start === 0;
    this.#moveTo(
      isFull
        ? roomFor(Math.min(size * 2, Math.max(maxBytes, size + 1)))
        : this.#room,
    );
  }

  #moveTo(room: Room): void {
    room.bytes.set(this.bytes);
    this.#room = room;
    this.#end = this.length;
    this.#start = 0;
  }
}

const CR = 13;
const LF = 10;

const NO_ROOM = roomFor(0);

function roomFor(size: number): Room {
  const bytes = new Uint8Array(size);
  return { bytes, text: Buffer.from(bytes.buffer) };
}
