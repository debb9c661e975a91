/**
 * llhttp, the HTTP parser of Node.js, as WebAssembly. undici carries it for its client, in a file that it
 * does not document: its version is therefore exact in package.json, and http_head.test.ts says what of it
 * we rely on.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import wasm from "undici/lib/llhttp/llhttp_simd-wasm.js";

/** What of llhttp's error codes means something here. */
export const errno = { ok: 0, paused: 21, pausedUpgrade: 22 } as const;

/** Told of what is found, by its place in the bytes that are parsed. */
export type Found = {
  url?(from: number, to: number): void;
  headerName?(from: number, to: number): void;
  headerValue?(from: number, to: number): void;
  headersComplete?(keepsAlive: boolean): void;
  body?(from: number, to: number): void;
  messageComplete?(): void;
};

type Exports = {
  memory: WebAssembly.Memory;
  _initialize(): void;
  malloc(bytes: number): number;
  llhttp_alloc(type: number): number;
  llhttp_free(parser: number): void;
  llhttp_reset(parser: number): void;
  llhttp_execute(parser: number, at: number, bytes: number): number;
  llhttp_get_error_pos(parser: number): number;
};

/** Bytes that are parsed at once, at most. */
export const MAX_PARSED_BYTES = 64 * 1024;

const TYPE_REQUEST = 1;
const GO_ON = 0;

/** Of the parser that works; parsing is synchronous, so there is never a second one. */
let found: Found = {};
let hasBody = false;

const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm), {
  env: {
    wasm_on_message_begin: () => GO_ON,
    wasm_on_status: () => GO_ON,
    wasm_on_url: (_: number, at: number, length: number) => {
      found.url?.(at - input, at - input + length);
      return GO_ON;
    },
    wasm_on_header_field: (_: number, at: number, length: number) => {
      found.headerName?.(at - input, at - input + length);
      return GO_ON;
    },
    wasm_on_header_value: (_: number, at: number, length: number) => {
      found.headerValue?.(at - input, at - input + length);
      return GO_ON;
    },
    wasm_on_headers_complete: (
      _: number,
      _status: number,
      _upgrade: number,
      keepsAlive: number,
    ) => {
      found.headersComplete?.(keepsAlive === 1);
      // 1: no body follows, as far as llhttp is concerned.
      return hasBody ? GO_ON : 1;
    },
    wasm_on_body: (_: number, at: number, length: number) => {
      found.body?.(at - input, at - input + length);
      return GO_ON;
    },
    wasm_on_message_complete: () => {
      found.messageComplete?.();
      return hasBody ? errno.paused : GO_ON;
    },
  },
});
// The module's own exports: their types are llhttp's.
const llhttp = instance.exports as unknown as Exports;
llhttp._initialize();
const input = llhttp.malloc(MAX_PARSED_BYTES);
let memory = Buffer.from(llhttp.memory.buffer);

/** One parser of requests. It holds memory outside JavaScript until `free`. */
export class RequestParser {
  readonly #at = llhttp.llhttp_alloc(TYPE_REQUEST);
  readonly #hasBody: boolean;

  /** @param hasBody whether it parses bodies too, and pauses at their end */
  constructor({ hasBody: itHas }: { hasBody: boolean }) {
    this.#hasBody = itHas;
  }

  /** Parses up to `MAX_PARSED_BYTES` bytes. Returns llhttp's error code. */
  parse(bytes: Uint8Array, told: Found): number {
    // Memory that has grown is another buffer.
    if (memory.buffer !== llhttp.memory.buffer) {
      memory = Buffer.from(llhttp.memory.buffer);
    }
    memory.set(bytes, input);
    found = told;
    hasBody = this.#hasBody;
    return llhttp.llhttp_execute(this.#at, input, bytes.length);
  }

  /** How far into the last bytes the parser came before it paused. */
  get pausedAt(): number {
    return llhttp.llhttp_get_error_pos(this.#at) - input;
  }

  reset(): void {
    llhttp.llhttp_reset(this.#at);
  }

  free(): void {
    llhttp.llhttp_free(this.#at);
  }
}
