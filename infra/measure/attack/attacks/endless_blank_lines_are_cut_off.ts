import type { Attack } from "../attack.ts";

/** A server should pass over a blank line before a request (RFC 9112 §2.2), and over no more than a few. */
const BLANK_LINES = "\r\n".repeat(8_000);

export const endlessBlankLinesAreCutOff: Attack = {
  what: "sends blank lines without end over 8 connections",
  caps: { connections: 20_000, bytes: 1e9 },
  run: (attacker) =>
    attacker.sideBySide(8, async (connection) => {
      while (await connection.write(BLANK_LINES));
    }),
};
