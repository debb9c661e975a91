import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import process from "node:process";
import { test, type TestContext } from "node:test";
import { sleep } from "#runtime/backoff.ts";
import { ofEachTopic, topicIds, topics } from "#contracts/topics.ts";
import { readConfig } from "#runtime/config.ts";
import { createKafkaClient } from "#kafka/kafkajs/client.ts";
import type { KafkaAdmin } from "#kafka/port.ts";
import { connectionSettings } from "#kafka/settings.ts";
import { silentLog } from "#runtime/log.ts";
import { syncTopics } from "./topics.ts";

test("without --apply the difference is shown and nothing is changed", async (t) => {
  const { sync, admin, names } = await setUp(t);
  const { code, said } = await sync({});
  assert.equal(code, 1);
  assert.match(said, /to do: create \S+raw with 3 partitions, retention\.ms=/);
  assert.deepEqual(await admin.topics(names), []);
});

test("applied twice, the second time has nothing to do", async (t) => {
  const { sync, admin, names } = await setUp(t);
  assert.equal((await sync({ apply: true })).code, 0);
  const { code, said } = await sync({ apply: true });
  assert.equal(code, 0);
  assert.match(said, /are as the contracts ask/);
  const made = await admin.topics(names);
  assert.deepEqual(
    made.map(({ partitions }) => partitions).sort(),
    Object.values(topics).map(({ partitions }) => partitions).sort(),
  );
});

test("a setting is raised and the others on the topic are kept", async (t) => {
  const { sync, admin, names: [raw = ""] } = await setUp(t);
  const config = { "retention.ms": "1000", "segment.ms": "600000" };
  await admin.createTopics([{ name: raw, partitions: 3, config }]);
  await sync({ apply: true });
  const [after] = await admin.topics([raw]);
  assert.deepEqual(after?.config, {
    "retention.ms": String(topics.raw.retentionMs),
    "max.message.bytes": String(topics.raw.maxMessageBytes),
    "message.timestamp.type": "LogAppendTime",
    "segment.ms": "600000",
  });
});

test("a compacted topic that compresses is not as the contracts ask, and is put right", async (t) => {
  const { sync, admin, names: [raw = ""] } = await setUp(t);
  await sync({ apply: true });
  const [made] = await admin.topics([raw]);
  await admin.configureTopic(raw, {
    ...made?.config,
    "cleanup.policy": "compact",
    "compression.type": "zstd",
  });
  await untilSet(admin, raw, "cleanup.policy", "compact");
  const { code, said } = await sync({});
  assert.equal(code, 1);
  assert.match(
    said,
    /to do: set on \S+raw: cleanup\.policy from compact to delete/,
  );
  assert.match(
    said,
    /note: \S+raw compresses with zstd, .*EventFlow reads that/,
  );
  assert.equal((await sync({ apply: true })).code, 0);
  await untilSet(admin, raw, "cleanup.policy", "delete");
  const settings = (await admin.topicSettings([raw])).get(raw);
  assert.deepEqual(settings?.["compression.type"], {
    value: "zstd",
    setBy: "topic",
  });
  assert.equal(settings?.["segment.bytes"]?.setBy, "default");
  assert.equal(settings?.["min.insync.replicas"]?.setBy, "broker");
});

test("partitions are raised only when asked for, and the reason is said", async (t) => {
  const { sync, admin, names: [raw = ""] } = await setUp(t);
  await admin.createTopics([{ name: raw, partitions: 1, config: {} }]);
  const held = await sync({ apply: true });
  assert.equal(held.code, 1);
  assert.match(held.said, /breaks the order per key/);
  assert.equal((await admin.topics([raw]))[0]?.partitions, 1);
  const raised = await sync({ apply: true, raisePartitions: true });
  assert.equal(raised.code, 0);
  while ((await admin.topics([raw]))[0]?.partitions !== 3) await sleep(20);
});

test("a broker that does not answer is one sentence", async () => {
  const env = { KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1" };
  await assert.rejects(
    syncTopics({ apply: false, raisePartitions: false, say: () => {}, env }),
    /^StartError: Cannot reach Kafka at 127\.0\.0\.1:1: start it with/,
  );
});

async function untilSet(
  admin: KafkaAdmin,
  topic: string,
  setting: string,
  value: string,
) {
  const now = async () =>
    (await admin.topicSettings([topic])).get(topic)?.[setting]?.value;
  while (await now() !== value) await sleep(20);
}

/** Topics of names nobody else has, on the broker for tests. */
async function setUp(t: TestContext) {
  const prefix = `topics-test-${randomUUID()}`;
  const named = ofEachTopic((topic) => `${prefix}.${topic}`);
  const names = Object.values(named);
  const env = {
    KAFKA_BOOTSTRAP_SERVERS: process.env.EVENTFLOW_TEST_KAFKA ?? "",
    ...Object.fromEntries(
      topicIds.map((topic) => [topics[topic].env, named[topic]]),
    ),
  };
  const admin = await createKafkaClient({
    config: readConfig("test", connectionSettings, env),
    clientId: "topics-test",
    log: silentLog(),
  }).admin();
  t.after(() => admin.close());
  return {
    admin,
    names,
    sync: async (
      { apply = false, raisePartitions = false }: {
        apply?: boolean;
        raisePartitions?: boolean;
      },
    ) => {
      const said: string[] = [];
      const say = (line: string) => said.push(line);
      const code = await syncTopics({ apply, raisePartitions, say, env });
      return { code, said: said.join("\n") };
    },
  };
}
