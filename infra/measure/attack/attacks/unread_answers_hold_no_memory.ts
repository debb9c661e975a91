import type { Attack } from "../attack.ts";
import { get } from "../requests.ts";

export const unreadAnswersHoldNoMemory: Attack = {
  what: "asks for the largest page there is over 64 connections, reads nothing",
  caps: { connections: 20_000, bytes: 100e6 },
  run(attacker) {
    const requests = ["/openapi.json", "/metrics", "/docs", "/health"]
      .map((path) => get(attacker.host, path)).join("").repeat(50);
    return attacker.sideBySide(64, async (connection) => {
      while (await connection.write(requests));
      // Whoever is cut off must not be let off with that.
      await attacker.pause(1_000);
    });
  },
};
