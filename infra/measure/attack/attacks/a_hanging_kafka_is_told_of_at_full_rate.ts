import { signed } from "#kit/provider.ts";
import type { Attack } from "../attack.ts";
import { head } from "../requests.ts";

const PER_SECOND = 6_000;
/** Each waits for its answer before it sends again. As many as the memory of one container is enough for. */
const CONNECTIONS = 5_000;
const BODY_BYTES = 400;

/** No attack but a bad day: all of the providers' requests are good, and none can be accepted. */
export const aHangingKafkaIsToldOfAtFullRate: Attack = {
  what:
    `sends good webhooks while Kafka hangs, up to ${PER_SECOND} a second over ${CONNECTIONS} connections`,
  caps: {
    connections: 40_000,
    bytes: 200e6,
    bytesPerSecond: PER_SECOND * goodWebhook("127.0.0.1:8000").length,
  },
  kafkaHangs: true,
  // Each of them is to wait for Kafka, none for a connection.
  intake: { env: { EVENTFLOW_INTAKE_MAX_CONNECTIONS: "6000" } },
  // Longer than Kafka may take to acknowledge.
  leastSeconds: 6,
  run(attacker) {
    const webhooks = Array.from(
      { length: 64 },
      () => goodWebhook(attacker.host),
    );
    let next = 0;
    return attacker.sideBySide(CONNECTIONS, async (connection) => {
      const webhook = webhooks[next++ % webhooks.length] ?? "";
      await connection.askOn(webhook);
    });
  },
};

function goodWebhook(host: string): string {
  const event = { event_id: crypto.randomUUID(), padding: "" };
  const missing = BODY_BYTES - JSON.stringify(event).length;
  const json = JSON.stringify({ ...event, padding: "x".repeat(missing) });
  const { body, headers } = signed(json);
  const length = { "Content-Length": String(body.length) };
  return head({ host, headers: { ...headers, ...length } }) + body;
}
