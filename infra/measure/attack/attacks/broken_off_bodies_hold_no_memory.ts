import type { Attack } from "../attack.ts";
import { chunked, declaring } from "../requests.ts";

const PIECE = "x".repeat(8_000);

export const brokenOffBodiesHoldNoMemory: Attack = {
  what: "breaks bodies off in their middle, some 1,000 a second",
  caps: { connections: 20_000, bytes: 200e6 },
  run: (attacker) =>
    attacker.sideBySide(50, async (connection) => {
      const { host } = attacker;
      const request = Math.random() < 0.5
        ? `${declaring({ host, bytes: 16_000 })}${PIECE}`
        : `${chunked(host)}1f40\r\n${PIECE}`;
      await connection.write(request);
    }),
};
