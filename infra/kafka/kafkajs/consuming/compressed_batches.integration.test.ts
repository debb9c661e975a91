import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import process from "node:process";
import { test } from "node:test";
import { listening, testCluster } from "#kit/kafka/test_cluster.ts";
import { produceByJava } from "#kit/kafka/test_java_producer.ts";

const codecs = ["none", "gzip", "snappy", "lz4", "zstd"] as const;

const records = Array.from({ length: 500 }, (_, n) => ({
  key: `pay-${n % 7}`,
  value: `{"event_id":"e-${n}","payload":{"amount":${n}.${n % 100}}}`,
}));

const bootstrap = process.env.EVENTFLOW_TEST_KAFKA ?? "";
const jars = process.env.EVENTFLOW_TEST_KAFKA_JARS ?? "";

for (const codec of codecs) {
  test(
    `what Kafka's own producer writes with ${codec} is read by a group and by the reader`,
    {
      skip: jars === "" ? "Kafka's jars are not here" : false,
    },
    async () => {
      await using cluster = await testCluster();
      const topic = await cluster.freshTopic();
      // Large enough that blocks refer to what lies further back than snappy-java's 32 KiB.
      const all = Array.from({ length: 4 }, () => records).flat();
      await produceByJava({ jars, bootstrap, topic, codec, records: all });
      const written = all.map(({ value }) => value);

      const read = await cluster.readAll(topic);
      assert.deepEqual(read.map(({ value }) => String(value)), written);
      assert.deepEqual(
        read.map(({ key }) => String(key)),
        all.map(({ key }) => key),
      );

      const received: string[] = [];
      const { listener, received: batch } = listening(({ records }) => {
        received.push(...records.map(({ value }) => String(value)));
        return received.length === written.length;
      });
      const consumer = await cluster.kafka.join({
        groupId: randomUUID(),
        topic,
        listener,
      });
      await batch;
      await consumer.close();
      assert.deepEqual(received, written);
    },
  );
}

test("a topic that compresses by itself is read", async () => {
  await using cluster = await testCluster();
  for (const codec of ["snappy", "lz4", "zstd"]) {
    const topic = await cluster.freshTopic(1, { "compression.type": codec });
    await cluster.write(topic, records);
    assert.deepEqual(
      (await cluster.readAll(topic)).map(({ value }) => String(value)),
      records.map(({ value }) => value),
    );
  }
});
