import type { Attack } from "../attack.ts";
import { declaring, LARGEST_BODY } from "../requests.ts";

const HALF = new Uint8Array(LARGEST_BODY / 2).fill(0x20);

export const largeDeclaredBodiesKeepNobodyOut: Attack = {
  what: "sends one half of the largest body over 200 connections",
  caps: { connections: 5_000, bytes: 500e6 },
  run: (attacker) =>
    attacker.sideBySide(200, async (connection) => {
      const request = declaring({ host: attacker.host, bytes: LARGEST_BODY });
      if (!await connection.write(request)) return;
      if (await connection.write(HALF)) await connection.readOn();
    }),
};
