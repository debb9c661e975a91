import type { Attack } from "../attack.ts";
import { declaring } from "../requests.ts";

export const pipelinedRequestsDelayNobody: Attack = {
  what: "sends unsigned requests over 8 connections without awaiting answers",
  caps: { connections: 20_000, bytes: 1e9 },
  run(attacker) {
    const request = `${declaring({ host: attacker.host, bytes: 2 })}{}`;
    const requests = request.repeat(100);
    return attacker.sideBySide(8, async (connection) => {
      const reading = connection.readOn();
      while (await connection.write(requests));
      await reading;
    });
  },
};
