import type { Attack } from "../attack.ts";
import { head } from "../requests.ts";

export const scrapersDelayNobody: Attack = {
  what: "asks for the metrics as fast as 8 connections take it",
  at: "operations",
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
