import type { Attack } from "../attack.ts";
import { declaring } from "../requests.ts";

const BODY = 98_304;

export const oneByteSegmentsHoldNoMemory: Attack = {
  what: "sends 32 bodies at a time in TCP segments of one byte",
  caps: { connections: 2_000, bytes: 20e6 },
  run: (attacker) =>
    attacker.sideBySide(32, async (connection) => {
      const request = declaring({ host: attacker.host, bytes: BODY });
      if (!await connection.write(request)) return;
      for (let sent = 0; sent < BODY; sent++) {
        if (!await connection.write("x")) return;
      }
      await connection.read();
    }),
};
