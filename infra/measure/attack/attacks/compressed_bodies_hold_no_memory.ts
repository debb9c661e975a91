import { gzipSync } from "node:zlib";
import type { Attack } from "../attack.ts";
import { declaring } from "../requests.ts";

/** 64 MiB of blanks in some 64 kB. */
const BOMB = gzipSync(new Uint8Array(64 * 1024 * 1024).fill(0x20));

export const compressedBodiesHoldNoMemory: Attack = {
  what: "sends bodies that gzip has made a thousandth of, 8 at a time",
  caps: { connections: 20_000, bytes: 1e9 },
  run: (attacker) =>
    attacker.sideBySide(8, async (connection) => {
      const request = declaring({
        host: attacker.host,
        bytes: BOMB.length,
        headers: { "Content-Encoding": "gzip" },
      });
      while (
        await connection.write(request) && await connection.write(BOMB) &&
        await connection.read()
      );
    }),
};
