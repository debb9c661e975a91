import { Buffer } from "node:buffer";
import { STATUS_CODES } from "node:http";
import { type HttpRefusal, httpRefusals } from "./http_refusals.ts";
import { JSON_TYPE, type JsonAnswer } from "./json_answer.ts";
import { KeptRooms } from "./kept_rooms.ts";

/** Headers that only the server may set: they say how the answer is framed. */
const OF_THE_SERVER = new Set([
  "connection",
  "content-length",
  "date",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
]);

/** Seconds after which a sender may try again, if the status is 503. */
const RETRY_AFTER_SECONDS = 1;

/** The head of an answer whose body is sent whole: no app here streams one. */
export function answerHead(
  { status, headers }: Response,
  { method, bodyLength, closes }: {
    method: string;
    bodyLength: number;
    closes: boolean;
  },
): string {
  let head = statusLine(status);
  for (const [name, value] of headers) {
    if (!OF_THE_SERVER.has(name)) head += `${name}: ${value}\r\n`;
  }
  // RFC 9110, 8.6: of HEAD, nobody knows here how long the answer to GET would be.
  if (status !== 204 && status !== 304 && method !== "HEAD") {
    head += `content-length: ${bodyLength}\r\n`;
  }
  return `${head}${closes ? "connection: close\r\n" : ""}\r\n`;
}

const encoder = new TextEncoder();

/** Bodies up to this go out with their head; to copy a larger one costs more than to write twice. */
const COPIED_BODY_BYTES = 16 * 1024;

/** Most answers are far smaller. */
const ROOM_BYTES = 1024;

const rooms = new KeptRooms(() => new Uint8Array(ROOM_BYTES), 256);

/** An answer, as it is written. */
export type LaidOut = {
  /** The first bytes. */
  readonly bytes: Uint8Array;
  /** What is to follow them. */
  readonly rest: Uint8Array;
  /** What `bytes` is a part of. */
  readonly room: Uint8Array<ArrayBuffer>;
};

/** Lays an answer out in a room that is to be given back once it is written. */
export function layOut(head: string, body: Uint8Array): LaidOut {
  const copied = body.length <= COPIED_BODY_BYTES ? body.length : 0;
  // A character takes three bytes at most.
  const needed = head.length * 3 + copied;
  const room = needed <= ROOM_BYTES ? rooms.take() : new Uint8Array(needed);
  const { written } = encoder.encodeInto(head, room);
  if (copied > 0) room.set(body, written);
  return {
    bytes: room.subarray(0, written + copied),
    rest: body.subarray(copied),
    room,
  };
}

/**
 * Lays a whole answer in JSON out, head and body as one text.
 *
 * @param closes whether the connection ends behind it
 */
export function layOutJson(
  { status, content, further }: JsonAnswer,
  { closes }: { closes: boolean },
): LaidOut {
  let head = `${statusLine(status)}content-type: ${JSON_TYPE}\r\n`;
  for (const [name, value] of further) head += `${name}: ${value}\r\n`;
  const end = closes ? "\r\nconnection: close\r\n\r\n" : "\r\n\r\n";
  const whole = `${head}content-length: ${content.length}${end}${content}`;
  const room = rooms.take();
  const { read, written } = encoder.encodeInto(whole, room);
  // Nearly always: it fits, and each character is one byte, so that there are as many of them as the head says.
  if (read === whole.length && written === read) {
    return { bytes: room.subarray(0, written), rest: NOTHING, room };
  }
  rooms.give(room);
  const body = encoder.encode(content);
  return layOut(`${head}content-length: ${body.length}${end}`, body);
}

const NOTHING = new Uint8Array();

/** All of it is written. */
export function giveBack({ room }: LaidOut): void {
  if (room.length === ROOM_BYTES) rooms.give(room);
}

/** The answer to a request that no app saw, behind which the connection ends. */
export function encodeRefusal(refusal: HttpRefusal): Uint8Array {
  const { status, detail } = httpRefusals[refusal];
  const body = JSON.stringify({ detail });
  const retry = status === 503 ? `retry-after: ${RETRY_AFTER_SECONDS}\r\n` : "";
  return Buffer.from(
    `${statusLine(status)}content-type: application/json\r\n${retry}` +
      `content-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
    "latin1",
  );
}

function statusLine(status: number): string {
  return `HTTP/1.1 ${status} ${
    STATUS_CODES[status] ?? ""
  }\r\ndate: ${date()}\r\n`;
}

let second = NaN;
let dateOfSecond = "";

/** As RFC 9110, 6.6.1 has it; the same for all answers of a second. */
function date(): string {
  const nowS = Math.floor(Date.now() / 1000);
  if (nowS !== second) {
    second = nowS;
    dateOfSecond = new Date(nowS * 1000).toUTCString();
  }
  return dateOfSecond;
}
