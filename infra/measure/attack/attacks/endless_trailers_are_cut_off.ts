import type { Attack } from "../attack.ts";
import { chunked } from "../requests.ts";

const TRAILERS = `X-Trailer: ${"t".repeat(1_000)}\r\n`.repeat(16);

export const endlessTrailersAreCutOff: Attack = {
  what: "ends eight bodies at a time with trailers that do not end",
  caps: { connections: 20_000, bytes: 1e9 },
  run: (attacker) =>
    attacker.sideBySide(8, async (connection) => {
      if (
        !await connection.write(`${chunked(attacker.host)}2\r\n{}\r\n0\r\n`)
      ) {
        return;
      }
      while (await connection.write(TRAILERS));
    }),
};
