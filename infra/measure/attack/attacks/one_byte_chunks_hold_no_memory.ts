import type { Attack } from "../attack.ts";
import { chunked } from "../requests.ts";

/** A chunk of one byte, with what frames it. */
const CHUNKS = "1\r\nx\r\n".repeat(64);
const CHUNKS_A_BODY = 16_384;

/** A reader that keeps each piece keeps the buffer it was read into, some thousand times its size. */
export const oneByteChunksHoldNoMemory: Attack = {
  what: "sends eight bodies at a time in chunks of one byte, and ends none",
  caps: { connections: 2_000, bytes: 100e6, bytesPerSecond: 1.9e6 },
  run: (attacker) =>
    attacker.sideBySide(8, async (connection) => {
      if (!await connection.write(chunked(attacker.host))) return;
      for (let sent = 0; sent < CHUNKS_A_BODY; sent += 64) {
        if (!await connection.write(CHUNKS)) return;
      }
      await connection.readOn();
    }),
};
