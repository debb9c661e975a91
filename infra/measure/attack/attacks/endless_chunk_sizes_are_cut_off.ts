import type { Attack } from "../attack.ts";
import { chunked } from "../requests.ts";

/** Leading zeros are allowed, and do not change the size (RFC 9112 §7.1). */
const ZEROS = "0".repeat(16_000);

export const endlessChunkSizesAreCutOff: Attack = {
  what: "writes the size of eight chunks at a time with zeros without end",
  caps: { connections: 20_000, bytes: 1e9 },
  run: (attacker) =>
    attacker.sideBySide(8, async (connection) => {
      if (!await connection.write(chunked(attacker.host))) return;
      while (await connection.write(ZEROS));
    }),
};
