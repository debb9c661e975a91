import { HTTPException } from "hono/http-exception";
import { GrowingBytes } from "./growing_bytes.ts";
import type { IncomingBody } from "./incoming_body.ts";
import type { Head } from "./http_head.ts";
import { ReceivedHeaders } from "./received_headers.ts";

/** Who sent a request, as far as its connection tells. */
export type Sender = {
  /** The address, or what stands for a network that one sender may have to itself. */
  readonly peer: string;
  /** The address of whoever is connected. */
  readonly address: string;
  /** The connection is one of somebody known: it is the last that is closed for want of room. */
  vouch(): void;
};

/**
 * Bytes of the largest body that `json()` and its like read whole. What wants other limits reads piece by
 * piece, from `incoming`.
 */
const LARGEST_READ_BYTES = 1024 * 1024;

/**
 * A request as an app sees it. What every app looks at is here; the rest comes from a `Request` of the
 * runtime, which costs more than all else and is made when it is asked for.
 */
export class IncomingRequest implements Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  /** The body as it arrives. */
  readonly incoming: IncomingBody;
  readonly sender: Sender;
  #request: Request | undefined;
  #stream: ReadableStream<Uint8Array<ArrayBuffer>> | null | undefined;
  #isUsed = false;
  /** Piece by piece, by `body`. */
  #isReading = false;

  /** @param authority host or host:port if the request names none */
  constructor(
    head: Head,
    { incoming, sender, authority }: {
      incoming: IncomingBody;
      sender: Sender;
      authority: string;
    },
  ) {
    this.method = head.method;
    this.url = urlOf(head, authority);
    this.headers = new ReceivedHeaders(head.headers);
    this.incoming = incoming;
    this.sender = sender;
  }

  /** @throws {HTTPException} if it is larger than is taken, breaks off or does not come in time */
  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    this.#use();
    const all = new GrowingBytes(LARGEST_READ_BYTES);
    try {
      while (true) {
        const piece = await this.incoming.read();
        if (piece === undefined) return all.take();
        if (all.length + piece.length > LARGEST_READ_BYTES) throw tooLarge();
        all.append(piece);
      }
    } finally {
      all.release();
    }
  }

  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).buffer;
  }

  async blob(): Promise<Blob> {
    return await this.#response(await this.bytes()).blob();
  }

  async formData(): Promise<FormData> {
    return await this.#response(await this.bytes()).formData();
  }

  textStream(): ReadableStream<string> {
    return this.#response(this.body).textStream();
  }

  get bodyUsed(): boolean {
    return this.#isUsed;
  }

  get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    if (this.#stream !== undefined) return this.#stream;
    if (this.incoming.isEmpty) return this.#stream = null;
    const { incoming } = this;
    // To look whether there is a body is not to read it.
    return this.#stream = new ReadableStream({
      pull: async (controller) => {
        if (!this.#isReading) this.#use();
        this.#isReading = true;
        const piece = await incoming.read();
        if (piece === undefined) controller.close();
        else controller.enqueue(Uint8Array.from(piece));
      },
      cancel: () => incoming.cancel(),
    }, { highWaterMark: 0 });
  }

  /** @throws {TypeError} a body can be read once */
  clone(): Request {
    throw new TypeError("A request that is still arriving cannot be cloned");
  }

  get cache() {
    return this.#rest.cache;
  }
  get credentials() {
    return this.#rest.credentials;
  }
  get destination() {
    return this.#rest.destination;
  }
  get integrity() {
    return this.#rest.integrity;
  }
  get isHistoryNavigation() {
    return this.#rest.isHistoryNavigation;
  }
  get isReloadNavigation() {
    return this.#rest.isReloadNavigation;
  }
  get keepalive() {
    return this.#rest.keepalive;
  }
  get mode() {
    return this.#rest.mode;
  }
  get redirect() {
    return this.#rest.redirect;
  }
  get referrer() {
    return this.#rest.referrer;
  }
  get referrerPolicy() {
    return this.#rest.referrerPolicy;
  }
  get signal() {
    return this.#rest.signal;
  }

  /** What no server knows of a request, as the runtime has it if nothing is said. */
  get #rest(): Request {
    return this.#request ??= new Request("http://localhost/");
  }

  #use(): void {
    if (this.#isUsed) throw new TypeError("The body was read already");
    this.#isUsed = true;
  }

  #response(body: BodyInit | null): Response {
    const type = this.headers.get("Content-Type");
    return new Response(body, {
      headers: type === null ? {} : { "Content-Type": type },
    });
  }
}

function urlOf({ target, host }: Head, authority: string): string {
  const path = target === "*" ? "/*" : target;
  return `http://${host ?? authority}${path}`;
}

function tooLarge(): HTTPException {
  return new HTTPException(413, {
    message: "The body is larger than is taken.",
  });
}
