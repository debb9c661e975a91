import type { Attack } from "../attack.ts";

export const runningOutOfFilesEndsNothing: Attack = {
  what: "opens 1,000 connections to an intake that may have 256 files open",
  caps: { connections: 10_000, bytes: 0 },
  intake: { openFiles: 256 },
  run: (attacker) =>
    attacker.sideBySide(1_000, (connection) => connection.readOn()),
};
