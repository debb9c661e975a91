import { Buffer } from "node:buffer";
import type { Attack } from "../attack.ts";
import {
  dataFrame,
  headersFrame,
  preface,
  webhookFields,
} from "../http2_frames.ts";

/** All of a connection's first window together (RFC 9113 §6.9.2), after which a server has a say. */
const FRAMES = 65_000;
const AT_ONCE = 100;

export const http2DataInSingleBytesHoldsNoMemory: Attack = {
  what: "sends bodies over 8 HTTP/2 connections in frames of one byte",
  caps: { connections: 5_000, bytes: 200e6, bytesPerSecond: 4e6 },
  run: (attacker) =>
    attacker.sideBySide(8, async (connection) => {
      const stream = 1;
      const fields = webhookFields(attacker.host, 98_304);
      if (!await connection.write(preface)) return;
      if (!await connection.write(headersFrame({ stream, fields }))) return;
      const one = dataFrame(stream, new Uint8Array([0x20]));
      const frames = Buffer.concat(Array.from({ length: AT_ONCE }, () => one));
      for (let sent = 0; sent < FRAMES; sent += AT_ONCE) {
        if (!await connection.write(frames)) return;
      }
      await connection.readOn();
    }),
};
