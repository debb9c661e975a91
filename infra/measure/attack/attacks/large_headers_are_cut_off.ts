import type { Attack } from "../attack.ts";
import { head } from "../requests.ts";

const HEADER = `X-Large: ${"h".repeat(8_000)}\r\n`;

export const largeHeadersAreCutOff: Attack = {
  what: "sends headers of 8 kB without end over 32 connections",
  caps: { connections: 20_000, bytes: 1e9 },
  run: (attacker) =>
    attacker.sideBySide(32, async (connection) => {
      const request = head({ host: attacker.host });
      if (!await connection.write(request.slice(0, -2))) return;
      while (await connection.write(HEADER));
    }),
};
