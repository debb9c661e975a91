import type { Attack } from "../attack.ts";
import { declaring } from "../requests.ts";

export const halfClosedSendersHoldNothing: Attack = {
  what:
    "sends a request over each of 1,000 connections, closes its half and reads nothing",
  caps: { connections: 20_000, bytes: 20e6 },
  run: (attacker) =>
    attacker.sideBySide(1_000, async (connection) => {
      const request = `${declaring({ host: attacker.host, bytes: 2 })}{}`;
      if (!await connection.write(request)) return;
      await connection.endSending();
      await attacker.pause(5_000);
    }),
};
