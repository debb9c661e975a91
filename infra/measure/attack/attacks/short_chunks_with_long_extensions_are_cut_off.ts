import type { Attack } from "../attack.ts";
import { chunked } from "../requests.ts";

/** Many extensions that are each within any limit: a limit must be on all of them together. */
const CHUNKS = `1;${"e".repeat(200)}\r\nx\r\n`.repeat(64);

export const shortChunksWithLongExtensionsAreCutOff: Attack = {
  what: "sends eight bodies at a time of which 99% is extensions of chunks",
  caps: { connections: 20_000, bytes: 1e9 },
  run: (attacker) =>
    attacker.sideBySide(8, async (connection) => {
      if (!await connection.write(chunked(attacker.host))) return;
      while (await connection.write(CHUNKS));
    }),
};
