import type { Attack } from "../attack.ts";
import { declaring, LARGEST_BODY, unsigned } from "../requests.ts";

const BODY = new Uint8Array(LARGEST_BODY).fill(0x20);

export const staleLargeBodiesDelayNobody: Attack = {
  what: "sends bodies of 1 MiB signed a day ago, 32 at a time",
  caps: { connections: 20_000, bytes: 4e9 },
  run(attacker) {
    const yesterday = Math.floor(Date.now() / 1_000) - 86_400;
    const request = declaring({
      host: attacker.host,
      bytes: LARGEST_BODY,
      headers: unsigned(yesterday),
    });
    return attacker.sideBySide(32, async (connection) => {
      while (
        await connection.write(request) && await connection.write(BODY) &&
        await connection.read()
      );
    });
  },
};
