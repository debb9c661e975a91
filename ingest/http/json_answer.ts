/** A name and a value. */
export type HeaderPair = [name: string, value: string];

/**
 * An answer in JSON as our own server writes it: a status and a text, and headers if there are any. A `Response` of the runtime would cost
 * more to make, to ask for its headers and to read than all else of an answer; it is made for whoever asks for what is not here.
 */
export class JsonAnswer implements Response {
  readonly status: number;
  /** The body. */
  readonly content: string;
  /** Headers, their names in lower case: beside those that say what the body is and how it is framed. */
  readonly further: readonly HeaderPair[];
  #response: Response | undefined;

  /** @param further names and values that are known beforehand: they are written as they are */
  constructor(
    status: number,
    content: string,
    further: readonly HeaderPair[] = none,
  ) {
    this.status = status;
    this.content = content;
    this.further = further;
  }

  /** Whether nobody has had a `Response` of it, which may have other headers since. */
  get isAsItWas(): boolean {
    return this.#response === undefined;
  }

  get headers(): Headers {
    return this.#whole.headers;
  }
  get ok(): boolean {
    return this.#whole.ok;
  }
  get redirected(): boolean {
    return this.#whole.redirected;
  }
  get statusText(): string {
    return this.#whole.statusText;
  }
  get type(): ResponseType {
    return this.#whole.type;
  }
  get url(): string {
    return this.#whole.url;
  }
  get body() {
    return this.#whole.body;
  }
  get bodyUsed(): boolean {
    return this.#whole.bodyUsed;
  }

  clone(): Response {
    return this.#whole.clone();
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#whole.arrayBuffer();
  }

  blob(): Promise<Blob> {
    return this.#whole.blob();
  }

  bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#whole.bytes();
  }

  formData(): Promise<FormData> {
    return this.#whole.formData();
  }

  // deno-lint-ignore no-explicit-any -- as `Response` has it
  json(): Promise<any> {
    return this.#whole.json();
  }

  text(): Promise<string> {
    return this.#whole.text();
  }

  textStream(): ReadableStream<string> {
    return this.#whole.textStream();
  }

  get #whole(): Response {
    return this.#response ??= new Response(this.content, {
      status: this.status,
      headers: [
        ["content-type", JSON_TYPE],
        ...this.further,
      ],
    });
  }
}

/** What the body of a `JsonAnswer` is. */
export const JSON_TYPE = "application/json";

const none: readonly HeaderPair[] = [];
