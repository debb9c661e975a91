import type { Attack } from "../attack.ts";
import { chunked } from "../requests.ts";

const EXTENSION = `;${"e".repeat(16_000)}`;

export const endlessChunkExtensionsAreCutOff: Attack = {
  what: "gives eight chunks at a time extensions that do not end",
  caps: { connections: 20_000, bytes: 1e9 },
  run: (assault) =>
    assault.sideBySide(8, async (connection) => {
      if (!await connection.write(`${chunked(assault.host)}2`)) return;
      while (await connection.write(EXTENSION));
    }),
};
