import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { sleep } from "#runtime/backoff.ts";
import {
  nowhere,
  type TestCluster,
  testCluster,
} from "#kit/kafka/test_cluster.ts";
import { silentLog } from "#runtime/log.ts";
import type { Observation } from "./metrics.ts";
import { atRiskOf, atRiskOfDeadLetter } from "./money_at_risk.ts";
import { Observer } from "./observer.ts";

const payment = (amount: number, currency = "USD") =>
  JSON.stringify({ payload: { amount, currency } });

/** Topics of their own, two groups on one of them, and an observer of it all. */
async function observed(cluster: TestCluster, signal: AbortSignal) {
  const topic = await cluster.freshTopic();
  const deadLetterTopic = await cluster.freshTopic();
  const [counting, storing, repairing] = [
    randomUUID(),
    randomUUID(),
    randomUUID(),
  ];
  let nowMs = Date.now();
  const observer = new Observer({
    kafka: cluster.kafka,
    admin: cluster.admin,
    groups: [
      { group: counting, topic },
      { group: storing, topic, moneyIs: "unstored" },
      { group: repairing, topic: deadLetterTopic },
    ],
    deadLetterTopic,
    topics: [topic, deadLetterTopic],
    heldBackMs: 1,
    atRiskOf,
    atRiskOfDeadLetter,
    log: silentLog(),
    signal,
    clock: () => nowMs,
  });
  const lagOf = ({ lags }: Observation, wanted: string) =>
    lags.find(({ group }) => group === wanted);
  return {
    topic,
    deadLetterTopic,
    counting,
    storing,
    repairing,
    later(ms: number) {
      nowMs = Date.now() + ms;
    },
    /** Looks until it is seen as it should be. */
    async until(isSo: (seen: Observation) => boolean): Promise<Observation> {
      for (;;) {
        const seen = await observer.look();
        if (isSo(seen)) return seen;
        await sleep(20);
      }
    },
    lag: (seen: Observation, group: string) => lagOf(seen, group)?.records,
    seconds: (seen: Observation, group: string) => lagOf(seen, group)?.seconds,
    async finish(group: string, nextOffset: number, of = topic) {
      const sender = await cluster.kafka.openTransactional(
        randomUUID(),
        nowhere,
      );
      await sender.transact([], group, { topic: of, partition: 0, nextOffset });
      await sender.close();
    },
  };
}

async function observing(
  work: (
    it: Awaited<ReturnType<typeof observed>>,
    cluster: TestCluster,
  ) => Promise<void>,
): Promise<void> {
  await using cluster = await testCluster();
  const stopping = new AbortController();
  try {
    await work(await observed(cluster, stopping.signal), cluster);
  } finally {
    stopping.abort();
  }
}

const moneyIn = (
  seen: Observation,
  where: "unstored" | "dead_letters",
  currency: string,
) =>
  [...seen.atRisk.get(where)?.values() ?? []]
    .reduce((sum, { amounts }) => sum + (amounts.get(currency) ?? 0), 0);

const usd = (seen: Observation, where: "unstored" | "dead_letters") =>
  moneyIn(seen, where, "USD");

test("each group has its own lag, in records and in seconds, and the money behind its position", () =>
  observing(async (it, cluster) => {
    await cluster.write(it.topic, [
      { value: payment(10) },
      { value: payment(20) },
      { value: payment(0.5) },
      { value: payment(7, "EUR") },
    ]);
    it.later(60_000);
    let seen = await it.until((seen) => usd(seen, "unstored") === 30.5);
    assert.deepEqual([it.lag(seen, it.counting), it.lag(seen, it.storing)], [
      4,
      4,
    ]);
    assert.equal(moneyIn(seen, "unstored", "EUR"), 7);
    const behind = it.seconds(seen, it.storing) ?? 0;
    assert.ok(behind >= 60 && behind < 120, `${behind}`);

    await it.finish(it.storing, 2);
    seen = await it.until((seen) => it.lag(seen, it.storing) === 2);
    assert.equal(usd(seen, "unstored"), 0.5);
    assert.equal(it.lag(seen, it.counting), 4);

    await it.finish(it.storing, 4);
    seen = await it.until((seen) => it.lag(seen, it.storing) === 0);
    assert.equal(it.seconds(seen, it.storing), 0);
    assert.equal(usd(seen, "unstored"), 0);
    assert.ok((it.seconds(seen, it.counting) ?? 0) >= 60);
  }));

test("a position that goes back is followed", () =>
  observing(async (it, cluster) => {
    await cluster.write(
      it.topic,
      [1, 2, 3].map((amount) => ({
        value: payment(amount),
      })),
    );
    await it.finish(it.counting, 3);
    await it.finish(it.storing, 3);
    await it.until((seen) => it.lag(seen, it.storing) === 0);
    await it.finish(it.storing, 1);
    const seen = await it.until((seen) => usd(seen, "unstored") === 5);
    assert.equal(it.lag(seen, it.storing), 2);
  }));

test("dead letters that are kept are counted, with the money of their events", () =>
  observing(async (it, cluster) => {
    const letter = (event: unknown) => JSON.stringify({ event });
    await cluster.write(it.deadLetterTopic, [
      { value: letter({ payload: { amount: -4, currency: "USD" } }) },
      { value: letter("not json") },
    ]);
    const seen = await it.until((seen) => seen.deadLettersKept === 2);
    assert.equal(usd(seen, "dead_letters"), 4);
  }));

test("dead letters count as kept, however many of them a group has read", () =>
  observing(async (it, cluster) => {
    const letter = (amount: number) =>
      JSON.stringify({ event: { payload: { amount, currency: "USD" } } });
    await cluster.write(it.deadLetterTopic, [
      { value: letter(4) },
      { value: letter(5) },
    ]);
    await it.until((seen) => it.lag(seen, it.repairing) === 2);
    await it.finish(it.repairing, 2, it.deadLetterTopic);
    await it.until((seen) => it.lag(seen, it.repairing) === 0);
    const seen = await it.until((seen) => seen.deadLettersKept === 2);
    assert.equal(usd(seen, "dead_letters"), 9);
  }));

test("a group that nobody is in has no members, and one that someone has joined has", () =>
  observing(async (it, cluster) => {
    let seen = await it.until(() => true);
    assert.equal(seen.members.get(it.storing), 0);
    const consumer = await cluster.kafka.join({
      groupId: it.storing,
      topic: it.topic,
      listener: { assigned() {}, revoked() {}, received() {}, crashed() {} },
    });
    seen = await it.until((seen) => seen.members.get(it.storing) === 1);
    await consumer.close();
    await it.until((seen) => seen.members.get(it.storing) === 0);
  }));

test("the brokers are counted, and each partition has its leader and its replicas", () =>
  observing(async (it) => {
    const { cluster } = await it.until(() => true);
    assert.ok(cluster.brokers >= 1);
    assert.deepEqual(
      cluster.partitions.map(({ topic }) => topic).sort(),
      [it.topic, it.deadLetterTopic].sort(),
    );
    for (const { hasLeader, replicas, inSync } of cluster.partitions) {
      assert.deepEqual([hasLeader, replicas, inSync], [true, 1, 1]);
    }
  }));

test("what grows is seen as it grows", () =>
  observing(async (it, cluster) => {
    await it.until(() => true);
    for (const amount of [1, 2, 3]) {
      await cluster.write(it.topic, [{ value: payment(amount) }]);
    }
    await it.until((seen) => usd(seen, "unstored") === 6);
    await cluster.write(it.topic, [{ value: "[]" }]);
    const seen = await it.until((seen) => it.lag(seen, it.storing) === 4);
    assert.equal(usd(seen, "unstored"), 6);
  }));

test("a topic that is gone is named, and the others are seen as before", () =>
  observing(async (it, cluster) => {
    await cluster.write(it.topic, [{ value: payment(10) }]);
    await cluster.write(it.deadLetterTopic, [{ value: "{}" }, { value: "{}" }]);
    await it.until((seen) => seen.deadLettersKept === 2);
    await cluster.admin.deleteTopics([it.deadLetterTopic]);
    let seen = await it.until(({ missing }) => missing.length > 0);
    assert.deepEqual(seen.missing, [it.deadLetterTopic]);
    assert.equal(seen.deadLettersKept, 0);
    await cluster.write(it.topic, [{ value: payment(20) }]);
    seen = await it.until((seen) => usd(seen, "unstored") === 30);
    assert.equal(it.lag(seen, it.storing), 2);

    await cluster.admin.createTopics([
      { name: it.deadLetterTopic, partitions: 1, config: {} },
    ]);
    await it.until(({ missing }) => missing.length === 0);
    await cluster.write(it.deadLetterTopic, [{ value: "{}" }]);
    await it.until((seen) => seen.deadLettersKept === 1);
  }));
