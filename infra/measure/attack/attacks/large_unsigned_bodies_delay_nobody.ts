import type { Attack } from "../attack.ts";
import { declaring, LARGEST_BODY } from "../requests.ts";

const BODY = new Uint8Array(LARGEST_BODY).fill(0x20);

export const largeUnsignedBodiesDelayNobody: Attack = {
  what: "sends bodies of 1 MiB with a wrong signature, 32 at a time",
  caps: { connections: 20_000, bytes: 4e9 },
  run: (attacker) =>
    attacker.sideBySide(32, async (connection) => {
      const request = declaring({ host: attacker.host, bytes: LARGEST_BODY });
      while (
        await connection.write(request) && await connection.write(BODY) &&
        await connection.read()
      );
    }),
};
