import type { Attack } from "../attack.ts";
import { get } from "../requests.ts";

export const scrapersAtTheWrongPortDelayNobody: Attack = {
  what:
    "asks the port of the webhooks for metrics as fast as 8 connections take it",
  caps: { connections: 20_000, bytes: 100e6 },
  run: (attacker) =>
    attacker.sideBySide(
      8,
      (connection) => connection.askOn(get(attacker.host, "/metrics")),
    ),
};
