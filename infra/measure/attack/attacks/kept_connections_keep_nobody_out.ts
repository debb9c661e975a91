import type { Attack } from "../attack.ts";
import { get } from "../requests.ts";

export const keptConnectionsKeepNobodyOut: Attack = {
  what: "asks once over each of 4,000 connections, and keeps them",
  caps: { connections: 20_000, bytes: 20e6 },
  run: (attacker) =>
    attacker.sideBySide(4_000, async (connection) => {
      const request = get(attacker.host, "/health");
      if (await connection.write(request)) await connection.readOn();
    }),
};
