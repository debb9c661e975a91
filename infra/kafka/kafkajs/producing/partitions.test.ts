import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import kafkajs from "kafkajs";
import fc from "fast-check";
import type { OutgoingRecord } from "../../port.ts";
import type { NewKafka } from "../new_kafka.ts";
import { Partitions } from "./partitions.ts";

/**
 * A `Kafka` that knows nothing but how many partitions a topic has.
 *
 * @param answers settled when it may answer
 */
function kafkaWith(
  counts: Record<string, number>,
  answers: () => Promise<void> = () => Promise.resolve(),
): NewKafka {
  const admin = {
    connect: answers,
    disconnect: () => Promise.resolve(),
    fetchTopicMetadata: ({ topics }: { topics: string[] }) =>
      Promise.resolve({
        topics: topics.map((name) => ({
          name,
          partitions: Array.from({ length: counts[name] ?? 0 }),
        })),
      }),
  };
  return () => {
    const kafka = new kafkajs.Kafka({ brokers: ["127.0.0.1:1"] });
    return Object.assign(kafka, { admin: () => admin });
  };
}

const record = (topic: string, key: string | null, n = 0): OutgoingRecord => ({
  topic,
  key: key === null ? null : Buffer.from(key),
  value: Buffer.from(String(n)),
  headers: [],
});

test("each group is of one partition, and keeps the order", async () => {
  const partitions = new Partitions(kafkaWith({ a: 3, b: 2 }));
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.tuple(fc.constantFrom("a", "b"), fc.option(fc.string())),
        { maxLength: 50 },
      ),
      async (made) => {
        const given = made.map(([topic, key], n) => record(topic, key, n));
        const groups = await partitions.group(given);
        const seen = new Set<string>();
        for (const { topic, partition, records } of groups) {
          const name = `${topic}/${partition}`;
          assert.ok(!seen.has(name));
          seen.add(name);
          assert.ok(records.every((one) => one.topic === topic));
          const order = records.map(({ value }) => Number(`${value}`));
          assert.deepEqual(order, [...order].sort((x, y) => x - y));
        }
        const sent = groups.reduce((sum, one) => sum + one.records.length, 0);
        assert.equal(sent, given.length);
      },
    ),
  );
});

test("a key falls where Java's murmur2 puts it", async () => {
  const partitions = new Partitions(kafkaWith({ a: 3 }));
  // org.apache.kafka.common.utils.Utils.toPositive(Utils.murmur2(key)) % 3
  const hashes = {
    "21": -973932308,
    foobar: -790332482,
    "a-little-bit-long-string": -985981536,
  };
  for (const [key, hash] of Object.entries(hashes)) {
    const [group] = await partitions.group([record("a", key)]);
    assert.equal(group?.partition, (hash & 0x7fffffff) % 3, key);
  }
});

/** Where a record of a topic goes that a fake Kafka tells about, and time that passes when told. */
function raising() {
  const counts = { t: 3 };
  let answers = () => Promise.resolve();
  let asked = 0;
  let now = 0;
  const partitions = new Partitions(
    kafkaWith(counts, () => {
      asked++;
      return answers();
    }),
    () => now,
  );
  // Of some hundred keys, one in four is of the fourth of four partitions.
  const many = Array.from({ length: 100 }, (_, n) => record("t", `key-${n}`));
  return {
    counts,
    asked: () => asked,
    passTo: (ms: number) => {
      now = ms;
    },
    answerBy: (by: () => Promise<void>) => {
      answers = by;
    },
    /** How many partitions records go to. */
    known: async () => (await partitions.group(many)).length,
  };
}

test("a topic that gets more partitions is written to all of them after ten seconds, and no record waits for it", async () => {
  const { counts, known, passTo } = raising();
  assert.equal(await known(), 3);
  counts.t = 4;
  passTo(10_000);
  assert.equal(await known(), 3);
  passTo(10_001);
  assert.equal(await known(), 3, "by what is known");
  while (await known() === 3) await setImmediate();
  assert.equal(await known(), 4);
});

test("after a quiet time the first record already goes by what the brokers say", async () => {
  const { counts, known, passTo } = raising();
  assert.equal(await known(), 3);
  counts.t = 4;
  passTo(20_001);
  assert.equal(await known(), 4);
});

test("brokers that do not answer hold records up for a moment, and are not asked time and again", async () => {
  const { known, passTo, answerBy, asked } = raising();
  assert.equal(await known(), 3);
  answerBy(() => Promise.reject(new Error("away")));
  passTo(60_000);
  for (let n = 0; n < 5; n++) assert.equal(await known(), 3);
  assert.equal(asked(), 2);
  answerBy(() => new Promise(() => {}));
  passTo(80_000);
  assert.equal(await known(), 3, "though nobody answers");
  assert.equal(asked(), 3);
});
