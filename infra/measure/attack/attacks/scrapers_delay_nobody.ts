import type { Attack } from "../attack.ts";
import { get } from "../requests.ts";

export const scrapersDelayNobody: Attack = {
  what: "asks for the metrics as fast as 8 connections take it",
  at: "operations",
  caps: { connections: 20_000, bytes: 100e6 },
  run: (assault) =>
    assault.sideBySide(
      8,
      (connection) => connection.askOn(get(assault.host, "/metrics")),
    ),
};
