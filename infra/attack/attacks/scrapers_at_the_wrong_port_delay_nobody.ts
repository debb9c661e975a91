import type { Attack } from "../attack.ts";
import { head } from "../requests.ts";

export const scrapersAtTheWrongPortDelayNobody: Attack = {
  what:
    "asks the port of the webhooks for metrics as fast as 8 connections take it",
  caps: { connections: 20_000, bytes: 100e6 },
  run: (assault) =>
    assault.sideBySide(8, async (connection) => {
      const { host } = assault;
      const request = head({
        host,
        method: "GET",
        path: "/metrics",
        headers: {},
      });
      while (await connection.write(request) && await connection.read());
    }),
};
