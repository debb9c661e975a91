import type { Attack } from "../attack.ts";
import { chunked, declaring } from "../requests.ts";

const PIECE = "x".repeat(65_536);
const CHUNK = `10000\r\n${PIECE}\r\n`;

/** What is sent after the refusal must not be read for ever. */
export const bodiesBeyondTheLimitAreCutOff: Attack = {
  what: "sends 8 bodies of 100 GB at full rate, declared and in chunks",
  caps: { connections: 20_000, bytes: 4e9 },
  run(attacker) {
    const { host } = attacker;
    const declared = [declaring({ host, bytes: 100e9 }), PIECE] as const;
    const inChunks = [chunked(host), CHUNK] as const;
    let next = 0;
    return attacker.sideBySide(8, async (connection) => {
      const [head, piece] = next++ % 2 === 0 ? declared : inChunks;
      if (!await connection.write(head)) return;
      while (await connection.write(piece));
    });
  },
};
