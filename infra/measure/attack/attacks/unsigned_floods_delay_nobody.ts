import type { Attack } from "../attack.ts";
import { declaring } from "../requests.ts";

const BODY = JSON.stringify({ event_id: "evt", padding: "x".repeat(300) });

export const unsignedFloodsDelayNobody: Attack = {
  what: "sends small unsigned webhooks as fast as 64 connections take them",
  caps: { connections: 20_000, bytes: 1e9 },
  run: (attacker) =>
    attacker.sideBySide(64, async (connection) => {
      const bytes = BODY.length;
      const request = declaring({ host: attacker.host, bytes }) + BODY;
      await connection.askOn(request);
    }),
};
