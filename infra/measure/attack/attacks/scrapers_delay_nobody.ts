import type { Attack } from "../attack.ts";
import { get } from "../requests.ts";

export const scrapersDelayNobody: Attack = {
  what: "asks for the metrics as fast as 8 connections take it",
  at: "operations",
  caps: { connections: 20_000, bytes: 100e6 },
  run: (attacker) =>
    attacker.sideBySide(
      8,
      (connection) => connection.askOn(get(attacker.host, "/metrics")),
    ),
};
