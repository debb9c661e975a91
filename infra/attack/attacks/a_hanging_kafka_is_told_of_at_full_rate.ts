import type { Attack } from "../attack.ts";
import { head } from "../requests.ts";
import { signed } from "../../scenarios/provider.ts";

const PER_SECOND = 6_000;
const CONNECTIONS = 12_000;

/** No attack but a bad day: all of the providers' requests are good, and none can be accepted. */
export const aHangingKafkaIsToldOfAtFullRate: Attack = {
  what: `sends up to ${PER_SECOND} good webhooks a second while Kafka hangs`,
  caps: { connections: 40_000, bytes: 200e6, bytesPerSecond: 4e6 },
  kafkaHangs: true,
  run: (assault) =>
    assault.sideBySide(CONNECTIONS, async (connection) => {
      do {
        const { body, headers } = signed(
          JSON.stringify({ event_id: crypto.randomUUID(), padding: PADDING }),
        );
        const request = head({
          host: assault.host,
          headers: { ...headers, "Content-Length": String(body.length) },
        }) + body;
        if (!await connection.write(request)) return;
      } while (await connection.read());
    }),
};

/** With it a request is some 660 bytes: as many a second as the cap on bytes has it. */
const PADDING = "x".repeat(300);
