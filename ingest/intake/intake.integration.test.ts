import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import process from "node:process";
import { test } from "node:test";
import { readConfig } from "#runtime/config.ts";
import { Readiness } from "#runtime/health.ts";
import { headerText } from "#kafka/headers.ts";
import { createKafkaClient } from "#kafka/kafkajs/client.ts";
import type { KafkaClient, ReceivedRecord } from "#kafka/port.ts";
import { Publisher } from "#kafka/publisher.ts";
import { signatureOf } from "#kit/provider.ts";
import { silentLog } from "#runtime/log.ts";
import { Metrics } from "#runtime/metrics.ts";
import { createApp } from "./app.ts";
import { createIntakeEvents } from "./intake_events.ts";
import { intakeSettings, MAX_BATCH_BYTES } from "./settings.ts";

const kafkaAddress = process.env.EVENTFLOW_TEST_KAFKA;
const SECRET = "the-secret-of-the-integration-test";

/** The intake's app over a real sender, without its HTTP server. */
function intake(env: Record<string, string>) {
  const config = readConfig("intake", intakeSettings, {
    PAYMENT_PROVIDER_WEBHOOK_SECRET: SECRET,
    ...env,
  });
  const log = silentLog();
  const client = createKafkaClient({ config, clientId: "test", log });
  const metrics = new Metrics("intake");
  const publisher = new Publisher({
    sender: client.sender(),
    limits: {
      maxQueuedBytes: config.maxQueuedBytes,
      maxBatchBytes: MAX_BATCH_BYTES,
      timeoutMs: config.publishTimeoutMs,
    },
  });
  const app = createApp({
    config,
    publish: (record) => publisher.publish(record),
    events: createIntakeEvents({
      metrics,
      log,
      clock: Date.now,
      queuedBytes: () => publisher.queuedBytes,
      maxQueuedBytes: 1_000,
    }),
    readiness: new Readiness(),
    clock: Date.now,
    apiPages: false,
  });
  return {
    client,
    close: () => publisher.close(),
    receive(text: string, headers: Record<string, string> = {}) {
      const body = new TextEncoder().encode(text);
      const timestamp = String(Math.floor(Date.now() / 1000));
      return app.request("/api/webhooks/payment-authorized", {
        method: "POST",
        body,
        headers: {
          "X-Provider-Timestamp": timestamp,
          "X-Provider-Signature": signatureOf(SECRET, timestamp, body),
          ...headers,
        },
      });
    },
  };
}

/** The first `count` records of a topic, in the order of their arrival. */
async function read(
  client: KafkaClient,
  topic: string,
  count: number,
): Promise<ReceivedRecord[]> {
  const records: ReceivedRecord[] = [];
  const complete = Promise.withResolvers<void>();
  const consumer = await client.join({
    groupId: randomUUID(),
    topic,
    listener: {
      revoked() {},
      assigned() {},
      received(batch) {
        records.push(...batch.records);
        if (records.length >= count) complete.resolve();
      },
      crashed: complete.reject,
    },
  });
  await complete.promise;
  await consumer.close();
  return records;
}

test(
  "an accepted webhook is in the topic byte for byte, with its key and headers",
  {
    skip: kafkaAddress === undefined && "EVENTFLOW_TEST_KAFKA is not set",
  },
  async () => {
    const topic = `raw-${randomUUID()}`;
    const { client, receive, close } = intake({
      KAFKA_BOOTSTRAP_SERVERS: kafkaAddress ?? "",
      EVENTFLOW_RAW_TOPIC: topic,
      // On a machine that has other work, too.
      EVENTFLOW_INTAKE_PUBLISH_TIMEOUT_MS: "300000",
    });
    const admin = await client.admin();
    await admin.createTopics([{ name: topic, partitions: 1, config: {} }]);

    const text =
      `{ "payload" : {"payment_id":"påy"}, "event_id":"e1", "n": 1.50 }\n`;
    const traceparent =
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const before = Date.now();
    assert.equal((await receive(text, { traceparent })).status, 202);
    assert.equal((await receive("{}")).status, 202);
    assert.equal(
      [...(await admin.endOffsets(topic)).values()][0],
      2,
      "a 202 means that the event is written",
    );

    const [first, second] = await read(client, topic, 2);
    assert.equal(first?.value?.toString("utf8"), text);
    assert.equal(first?.key?.toString("utf8"), "påy");
    const header = (name: string) => headerText(first?.headers ?? [], name);
    assert.equal(header("eventflow-provider"), "payment-provider");
    assert.equal(header("traceparent"), traceparent);
    const receivedAt = Number(header("eventflow-received-at"));
    assert.ok(receivedAt >= before && receivedAt <= Date.now());
    assert.equal(second?.key, null);
    assert.equal(second?.value?.toString("utf8"), "{}");

    await admin.deleteTopics([topic]);
    await admin.close();
    await close();
  },
);

test("without a broker the answer is a 503, and never a 2xx", async () => {
  const { receive, close } = intake({
    KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1",
    EVENTFLOW_INTAKE_PUBLISH_TIMEOUT_MS: "500",
  });
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => receive("{}")),
  );
  for (const answer of answers) {
    assert.equal(answer.status, 503);
    assert.equal(answer.headers.get("Retry-After"), "1");
    assert.deepEqual(await answer.json(), {
      detail: "Kafka did not acknowledge the event: send it again.",
    });
  }
  await close();
});

test(
  "beside webhooks that are larger than the topic takes all others are accepted, and are there once",
  {
    skip: kafkaAddress === undefined && "EVENTFLOW_TEST_KAFKA is not set",
  },
  async () => {
    const topic = `raw-${randomUUID()}`;
    const { client, receive, close } = intake({
      KAFKA_BOOTSTRAP_SERVERS: kafkaAddress ?? "",
      EVENTFLOW_RAW_TOPIC: topic,
      // On a machine that has other work, too.
      EVENTFLOW_INTAKE_PUBLISH_TIMEOUT_MS: "300000",
    });
    const admin = await client.admin();
    await admin.createTopics([{
      name: topic,
      partitions: 3,
      config: { "max.message.bytes": "20000" },
    }]);
    const large = (n: number) => n % 20 === 3;
    const bodies = Array.from({ length: 180 }, (_, n) =>
      JSON.stringify({
        event_id: `e${n}`,
        payload: { payment_id: `p${n}` },
        note: "x".repeat(large(n) ? 30_000 : 300),
      }));
    const responses = await Promise.all(bodies.map((body) => receive(body)));
    assert.deepEqual(
      responses.map(({ status }) => status),
      bodies.map((_, n) => large(n) ? 413 : 202),
    );
    const accepted = bodies.filter((_, n) => !large(n)).sort();
    const records = await read(client, topic, accepted.length);
    assert.deepEqual(
      records.map(({ value }) => `${value}`).sort(),
      accepted,
    );
    await admin.deleteTopics([topic]);
    await admin.close();
    await close();
  },
);
