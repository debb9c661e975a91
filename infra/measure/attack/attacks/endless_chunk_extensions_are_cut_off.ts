import type { Attack } from "../attack.ts";
import { chunked } from "../requests.ts";

const EXTENSION = `;${"e".repeat(16_000)}`;

export const endlessChunkExtensionsAreCutOff: Attack = {
  what: "gives eight chunks at a time extensions that do not end",
  caps: { connections: 20_000, bytes: 1e9 },
  run: (attacker) =>
    attacker.sideBySide(8, async (connection) => {
      if (!await connection.write(`${chunked(attacker.host)}2`)) return;
      while (await connection.write(EXTENSION));
    }),
};
