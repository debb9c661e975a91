import type { Attack } from "../attack.ts";
import { declaring } from "../requests.ts";

/** As Java's own client asks with every request. */
const UPGRADE = {
  Connection: "Upgrade, HTTP2-Settings",
  Upgrade: "h2c",
  "HTTP2-Settings": "AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
};

export const upgradesToHttp2DelayNobody: Attack = {
  what: "asks for an upgrade to HTTP/2 over 64 connections",
  caps: { connections: 20_000, bytes: 1e9 },
  run: (attacker) =>
    attacker.sideBySide(64, async (connection) => {
      const { host } = attacker;
      const request = `${declaring({ host, bytes: 2, headers: UPGRADE })}{}`;
      await connection.askOn(request);
    }),
};
