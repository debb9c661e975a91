import type { Attack } from "../attack.ts";
import { head } from "../requests.ts";

const HEADERS = Array.from({ length: 1_000 }, (_, n) => `h${n}: 1\r\n`);

export const manyHeadersAreCutOff: Attack = {
  what: "sends requests with 10,000 short headers over 32 connections",
  caps: { connections: 20_000, bytes: 1e9 },
  run: (attacker) =>
    attacker.sideBySide(32, async (connection) => {
      const request = head({ host: attacker.host });
      if (!await connection.write(request.slice(0, -2))) return;
      for (let thousands = 0; thousands < 10; thousands++) {
        if (!await connection.write(HEADERS.join(""))) return;
      }
      if (await connection.write("\r\n")) await connection.readOn();
    }),
};
