import type { Attack } from "../attack.ts";

export const idleConnectionsKeepNobodyOut: Attack = {
  what: "opens 4,000 connections and says nothing",
  caps: { connections: 20_000, bytes: 0 },
  run: (attacker) =>
    attacker.sideBySide(4_000, (connection) => connection.readOn()),
};
