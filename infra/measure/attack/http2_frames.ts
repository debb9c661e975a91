/**
 * Frames of HTTP/2 as an attacker needs them (RFC 9113): each is written by hand, since a client would
 * refuse to send most of what is sent here.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { WEBHOOK_PATH } from "../bench/intake.ts";
import { unsigned } from "./requests.ts";

/** By RFC 9113 §3.4, and settings that are empty. */
export const preface: Uint8Array = Buffer.concat([
  Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  frame({ type: 4, stream: 0 }),
]);

const END_HEADERS = 0x4;
const END_STREAM = 0x1;

/** Opens a stream; odd numbers, each greater than the last. */
export function headersFrame(
  { stream, fields, endsHeaders = true, endsStream = false }: {
    readonly stream: number;
    readonly fields: Readonly<Record<string, string>>;
    readonly endsHeaders?: boolean;
    readonly endsStream?: boolean;
  },
): Uint8Array {
  const flags = (endsHeaders ? END_HEADERS : 0) | (endsStream ? END_STREAM : 0);
  return frame({ type: 1, flags, stream, payload: headerBlock(fields) });
}

/** Goes on with the headers of a stream, and does not end them. */
export function continuationFrame(
  stream: number,
  fields: Readonly<Record<string, string>>,
): Uint8Array {
  return frame({ type: 9, stream, payload: headerBlock(fields) });
}

export function dataFrame(stream: number, payload: Uint8Array): Uint8Array {
  return frame({ type: 0, stream, payload });
}

/** Takes a stream back. */
export function resetFrame(stream: number): Uint8Array {
  return frame({ type: 3, stream, payload: new Uint8Array([0, 0, 0, 8]) });
}

/** Asks for an answer. */
export function pingFrame(): Uint8Array {
  return frame({ type: 6, stream: 0, payload: new Uint8Array(8) });
}

/** Says how many bytes of each answer may be sent. */
export function windowFrame(bytes: number): Uint8Array {
  const payload = Buffer.alloc(6);
  payload.writeUInt16BE(4, 0);
  payload.writeUInt32BE(bytes, 2);
  return frame({ type: 4, stream: 0, payload });
}

/** The fields of a webhook. */
export function webhookFields(
  host: string,
  bodyBytes: number,
): Record<string, string> {
  return {
    ...requestFields(host, "POST", WEBHOOK_PATH),
    "content-length": String(bodyBytes),
    ...Object.fromEntries(
      Object.entries(unsigned())
        .map(([name, value]) => [name.toLowerCase(), value]),
    ),
  };
}

export function requestFields(
  host: string,
  method: string,
  path: string,
): Record<string, string> {
  return {
    ":method": method,
    ":scheme": "http",
    ":authority": host,
    ":path": path,
  };
}

function frame(
  { type, flags = 0, stream, payload = new Uint8Array() }: {
    readonly type: number;
    readonly flags?: number;
    readonly stream: number;
    readonly payload?: Uint8Array;
  },
): Uint8Array {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Literal fields that are never indexed (RFC 7541 §6.2.2), each text shorter than 127 bytes. */
function headerBlock(fields: Readonly<Record<string, string>>): Uint8Array {
  return Buffer.concat(
    Object.entries(fields).flatMap(([name, value]) => [
      Buffer.from([0x00, name.length]),
      Buffer.from(name),
      Buffer.from([value.length]),
      Buffer.from(value),
    ]),
  );
}
