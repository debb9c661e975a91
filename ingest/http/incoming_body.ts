import { HTTPException } from "hono/http-exception";
import { ChunkDecoder } from "./chunk_decoder.ts";
import type { Head } from "./http_head.ts";
import type { HttpInput } from "./http_input.ts";
import { httpRefusals } from "./http_refusals.ts";
import { Turnstile } from "./turnstile.ts";

/** The server gave a request up whose body it was still waiting for. */
export class RequestGivenUp extends HTTPException {
  override readonly name = "RequestGivenUp";
  constructor(readonly refusal: "request_timeout" | "crowded") {
    const { status, detail } = httpRefusals[refusal];
    super(status, { message: detail });
  }
}

/** The sender went away in the middle of its body, or sent what is none. */
export class BrokenBody extends HTTPException {
  override readonly name = "BrokenBody";
  constructor(options?: ErrorOptions) {
    super(400, { message: "The body broke off.", ...options });
  }
}

/** What a body tells of itself to the connection that it arrives on. */
export type BodyListener = {
  /** It is waited for; a sender that asks first is to be told to go on. */
  waiting(): Promise<void> | void;
  /** What was waited for is there. */
  arrived(): void;
};

const nobodyWaits = (_reason: Error): void => {};

/** Pieces of bodies read in one turn of the event loop: each takes some 0.2 ms if it is one-byte chunks. */
const pieces = new Turnstile(2);

/** Bodies given up in one turn: thousands may have the same deadline. */
const endings = new Turnstile(2);

/** Bytes of a connection's buffer while a body fills smaller ones. */
const MAX_BUFFER_BYTES = 16 * 1024;

/**
 * A request's body as it arrives, piece by piece. Nothing is read ahead: what is not asked for stays with the
 * sender.
 */
export class IncomingBody {
  readonly #input: HttpInput;
  readonly #listener: BodyListener;
  readonly #chunks: ChunkDecoder | undefined;
  /** Bytes that are missing, if that was said. */
  #left: number;
  #isOver = false;
  #givenUp: Error | undefined;
  #giveUp = nobodyWaits;

  constructor(
    input: HttpInput,
    { body }: Pick<Head, "body">,
    listener: BodyListener,
  ) {
    this.#input = input;
    this.#listener = listener;
    if (body === "chunked") this.#chunks = new ChunkDecoder();
    this.#left = body === "chunked" ? Infinity : body;
    this.#isOver = body === 0;
  }

  /** There is no body, or nothing of it is left. */
  get isEmpty(): boolean {
    return this.#isOver;
  }

  /** All of the body, if it is all there already. The connection needs no memory for it any more. */
  takeWhole(): Uint8Array<ArrayBuffer> | undefined {
    if (this.#left > this.#input.length) return undefined;
    const whole = this.#input.take(this.#left).slice();
    this.#left = 0;
    this.#isOver = true;
    this.#input.giveBack();
    return whole;
  }

  /**
   * The next bytes, or undefined at the end; a view, good until something is read.
   *
   * @throws {RequestGivenUp} if the server does not wait any longer
   * @throws {BrokenBody}
   */
  async read(): Promise<Uint8Array | undefined> {
    while (!this.#isOver) {
      if (this.#givenUp !== undefined) throw this.#givenUp;
      if (this.#input.length === 0) await this.#more();
      const bytes = this.#chunks === undefined
        ? this.#takeCounted()
        : this.#takeDecoded(this.#chunks);
      if (bytes.length > 0) return bytes;
    }
    return undefined;
  }

  /** Ends a read that waits, which then throws `reason`. Nothing more will be read. */
  cancel(reason: Error = new BrokenBody()): void {
    this.#givenUp ??= reason;
    this.#giveUp(reason);
  }

  /**
   * Passes over what is there of a body that nobody wanted, and gives up what is not. Returns whether that was
   * all of it.
   */
  finish(): boolean {
    if (this.#left <= this.#input.length) {
      this.#input.take(this.#left);
      this.#left = 0;
      this.#isOver = true;
    }
    if (!this.#isOver) this.cancel();
    this.#chunks?.free();
    return this.#isOver;
  }

  async #more(): Promise<void> {
    let isMore: boolean;
    try {
      isMore = await new Promise<boolean>((resolve, reject) => {
        this.#giveUp = reject;
        this.#fill().then(resolve, reject);
      });
    } catch (cause) {
      await endings.pass();
      throw cause instanceof HTTPException ? cause : new BrokenBody({ cause });
    } finally {
      this.#listener.arrived();
    }
    if (!isMore) throw new BrokenBody();
  }

  async #fill(): Promise<boolean> {
    await this.#listener.waiting();
    await pieces.pass();
    // It may have been given up before it was its turn.
    if (this.#givenUp !== undefined) throw this.#givenUp;
    return await this.#input.fill(MAX_BUFFER_BYTES);
  }

  #takeCounted(): Uint8Array {
    const bytes = this.#input.take(this.#left);
    this.#left -= bytes.length;
    this.#isOver = this.#left === 0;
    return bytes;
  }

  #takeDecoded(chunks: ChunkDecoder): Uint8Array {
    const encoded = this.#input.bytes;
    try {
      const { length, read } = chunks.decode(encoded);
      this.#input.take(read);
      this.#isOver = chunks.isDone;
      return encoded.subarray(0, length);
    } catch (cause) {
      throw new BrokenBody({ cause });
    }
  }
}
