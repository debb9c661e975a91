import type { Attack } from "../attack.ts";
import { declaring } from "../requests.ts";

const BYTES = 16_384;
const NEARLY_ALL = new Uint8Array(BYTES - 1).fill(0x20);

/** All of it is really held, and no single one looks like an attack. */
export const nearlyWholeBodiesKeepNobodyOut: Attack = {
  what:
    "sends all but the last byte of small bodies over each of 2,000 connections",
  caps: { connections: 20_000, bytes: 500e6 },
  run: (attacker) =>
    attacker.sideBySide(2_000, async (connection) => {
      const request = declaring({ host: attacker.host, bytes: BYTES });
      if (!await connection.write(request)) return;
      if (await connection.write(NEARLY_ALL)) await connection.readOn();
    }),
};
