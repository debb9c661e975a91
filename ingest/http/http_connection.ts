import {
  answerHead,
  encodeRefusal,
  giveBack,
  type LaidOut,
  layOut,
  layOutJson,
} from "./http_output.ts";
import { IncomingBody, RequestGivenUp } from "./incoming_body.ts";
import { type Head, MAX_HEAD_BYTES, parseHead } from "./http_head.ts";
import { HttpInput } from "./http_input.ts";
import type { HttpRefusal } from "./http_refusals.ts";
import { IncomingRequest } from "./incoming_request.ts";
import { JsonAnswer } from "./json_answer.ts";
import { peerOf } from "./peer.ts";
import { Turnstile } from "./turnstile.ts";

/**
 * What a connection is at. Only one that is `answering` has an app at work for it; each other waits for its
 * peer, and so has a deadline and may be closed for want of room.
 */
export type Phase =
  /** Nothing of a request is there. */
  | "idle"
  /** A part of a head is there. */
  | "head"
  /** The app waits for more of the body. */
  | "body"
  | "answering"
  /** The peer does not take its answer. */
  | "writing"
  /** The answer was the last one, and what the peer still sends is forgotten. */
  | "lingering"
  | "closed";

/** What a connection needs of its server. */
export type ConnectionOwner = {
  /** Host and port that requests are for which name none. */
  readonly authority: string;
  answer(request: IncomingRequest): Response | Promise<Response>;
  /** Whether a connection may be used again. */
  readonly keepsAlive: boolean;
  /** A phase began: its deadline is to be set. */
  entered(connection: HttpConnection, phase: Phase): void;
  refused(refusal: HttpRefusal): void;
};

const CONTINUE = new TextEncoder().encode("HTTP/1.1 100 Continue\r\n\r\n");

const pipelined = new Turnstile(1);

/** Of empty lines before a request: some senders end a body with one. */
const MAX_BLANK_BYTES = 64;

const NO_BODY = new Uint8Array();

/** Behind the last answer: a body that was too large comes to its end, a flood does not. */
const MAX_DISCARDED_BYTES = 4 * 1024 * 1024;

/** Written at once, so that a peer that takes nothing is seen by its deadline. */
const SLICE_BYTES = 64 * 1024;

/** One connection: requests are read, answered by the app and answers written, one after the other. */
export class HttpConnection {
  readonly peer: string;
  readonly address: string;
  /** In ticks of the server's clock: when it began to wait for its peer. */
  waitingSince = 0;
  /** In ticks of the server's clock. */
  due = Infinity;
  /** The same, of the body that is arriving. */
  bodyDue: number | undefined;
  /** Somebody known has sent something over it. */
  isVouched = false;
  readonly #connection: Deno.TcpConn;
  readonly #owner: ConnectionOwner;
  readonly #input: HttpInput;
  #whenClosed: (() => void) | undefined;
  #phase: Phase = "idle";
  #body: IncomingBody | undefined;

  constructor(
    connection: Deno.TcpConn,
    { address, owner }: { address: string; owner: ConnectionOwner },
  ) {
    this.#connection = connection;
    this.address = address;
    this.peer = peerOf(address);
    this.#owner = owner;
    this.#input = new HttpInput(connection);
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Serves until either side ends the connection. Never throws. */
  serve(): Promise<void> {
    const end = () => this.close();
    // If it throws, the peer went away, or the connection was closed for a reason that is counted where it was.
    return this.#serveAll().then(end, end);
  }

  /** Gives up whatever the peer was waited for, with an answer if a request has begun. */
  giveUp(refusal: "request_timeout" | "crowded"): void {
    switch (this.#phase) {
      case "body":
        // The app answers: it knows what it does with half a request.
        return this.#body?.cancel(new RequestGivenUp(refusal));
      case "head":
        this.#owner.refused(refusal);
        // It fits into what the kernel keeps for the connection, which has sent nothing since the last answer.
        this.#connection.write(encodeRefusal(refusal))
          .catch(() => {}).finally(() => this.close());
        // Until then, it is nobody's to give up again.
        return this.#enter("lingering");
      default:
        return this.close();
    }
  }

  /** Says to one that there is no room for, why it is closed. Never throws. */
  async turnAway(): Promise<void> {
    try {
      await this.#writeAll(encodeRefusal("crowded"));
      await this.#linger();
    } catch {
      // It has gone already.
    } finally {
      this.close();
    }
  }

  close(): void {
    if (this.#phase === "closed") return;
    this.#enter("closed");
    this.#connection.close();
    this.#whenClosed?.();
  }

  #enter(phase: Phase): void {
    if (this.#phase === "closed") return;
    this.#phase = phase;
    this.#owner.entered(this, phase);
  }

  /** In one function: thousands wait in it, and each that is called and waited for takes some 500 bytes. */
  async #serveAll(): Promise<void> {
    let isReusable = true;
    while (isReusable) {
      this.#enter("idle");
      // Who sends requests without waiting for answers is served one a turn.
      if (this.#input.length > 0) await pipelined.pass();
      const head = await this.#readHead();
      if (head === undefined) return;
      if (typeof head === "string") {
        this.#owner.refused(head);
        await this.#writeAll(encodeRefusal(head));
        break;
      }
      this.#enter("answering");
      const body = this.#bodyOf(head);
      this.#body = body;
      try {
        const response = await this.#owner.answer(
          new IncomingRequest(head, {
            incoming: body,
            sender: this,
            authority: this.#owner.authority,
          }),
        );
        isReusable = body.finish() && head.keepsAlive &&
          this.#owner.keepsAlive && !endsConnection(response);
        await this.#write(response, head, isReusable);
      } finally {
        body.finish();
        this.#body = undefined;
      }
      this.#input.giveBack();
    }
    await this.#linger();
  }

  vouch(): void {
    this.isVouched = true;
  }

  async #readHead(): Promise<Head | HttpRefusal | undefined> {
    const input = this.#input;
    let seen = 0;
    let blank = 0;
    while (true) {
      blank += input.skipBlankLines();
      if (blank > MAX_BLANK_BYTES) return "bad_request";
      if (input.length > 0) {
        const length = input.headLength(seen);
        if (length > MAX_HEAD_BYTES) return "headers_too_large";
        if (length >= 0) {
          const text = input.text(length);
          return parseHead(input.take(length), text);
        }
        if (input.length >= MAX_HEAD_BYTES) return "headers_too_large";
        if (this.#phase === "idle") this.#enter("head");
      }
      seen = input.length;
      if (!await input.fill(MAX_HEAD_BYTES)) return undefined;
    }
  }

  #bodyOf(head: Head): IncomingBody {
    let isAsked = !head.expectsContinue;
    return new IncomingBody(this.#input, head, {
      waiting: () => {
        this.#enter("body");
        if (isAsked) return;
        isAsked = true;
        return this.#writeAll(CONTINUE);
      },
      arrived: () => this.#enter("answering"),
    });
  }

  async #write(
    response: Response,
    { method }: Head,
    isReusable: boolean,
  ): Promise<void> {
    const layout = { method, closes: !isReusable };
    const answer = isAsItWas(response) && method !== "HEAD"
      ? layOutJson(response, layout)
      : await laidOut(response, layout);
    this.#enter("writing");
    await this.#writeAll(answer.bytes);
    giveBack(answer);
    if (answer.rest.length > 0) await this.#writeAll(answer.rest);
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      at += await this.#connection.write(bytes.subarray(at, at + SLICE_BYTES));
    }
  }

  /**
   * Lets the peer read its answer: to close while it still sends would have it see a reset instead, and lose
   * what it has not read (RFC 9112, 9.6). Who sends on without end is read no further, and waits for the deadline.
   */
  async #linger(): Promise<void> {
    this.#enter("lingering");
    await this.#connection.closeWrite();
    const isAll = await this.#input.discard(MAX_DISCARDED_BYTES);
    if (isAll || this.#phase === "closed") return;
    await new Promise<void>((resolve) => this.#whenClosed = resolve);
  }
}

function isAsItWas(response: Response): response is JsonAnswer {
  return response instanceof JsonAnswer && response.isAsItWas;
}

function endsConnection(response: Response): boolean {
  return !isAsItWas(response) &&
    response.headers.get("Connection") === "close";
}

async function laidOut(
  response: Response,
  { method, closes }: { method: string; closes: boolean },
): Promise<LaidOut> {
  const body = await response.bytes();
  const head = answerHead(response, {
    method,
    bodyLength: body.length,
    closes,
  });
  return layOut(head, method === "HEAD" ? NO_BODY : body);
}
