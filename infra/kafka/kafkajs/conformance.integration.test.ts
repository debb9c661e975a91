// What a Kafka client must do to be one of ours. Another client behind `../port.ts` has to pass this.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { TransientError } from "#runtime/errors.ts";
import { silentLog } from "#runtime/log.ts";
import { header } from "../headers.ts";
import {
  FencedError,
  NotOwnerError,
  type OffsetRange,
  type OutgoingRecord,
  type ReceivedRecord,
  type ReceivedRecords,
} from "../port.ts";
import { readConfig } from "#runtime/config.ts";
import { connectionSettings } from "../settings.ts";
import {
  listening,
  nowhere,
  type TestCluster,
  testCluster,
} from "#kit/kafka/test_cluster.ts";
import { leaveUnfinished } from "#kit/kafka/unfinished.ts";
import { until } from "#kit/until.ts";
import { tooLargeIn, UnsentError } from "../write_errors.ts";
import { createKafkaClient } from "./client.ts";

const record = (topic: string, value: string): OutgoingRecord => ({
  topic,
  key: Buffer.from("key"),
  value: Buffer.from(value),
  headers: [],
});

/** A topic with a record, behind it one of an aborted transaction, whose id is open for the `next`. */
async function withAborted(cluster: TestCluster) {
  const { kafka, freshTopic, write } = cluster;
  const [input, output] = [await freshTopic(), await freshTopic()];
  await write(output, [{ value: "before" }]);
  const id = randomUUID();
  const position = { topic: input, partition: 0, nextOffset: 5 };
  const failing = await kafka.openTransactional(id, nowhere);
  await leaveUnfinished(cluster, failing, record(output, "aborted"));
  const next = await kafka.openTransactional(id, nowhere);
  await failing.close();
  return { output, position, next };
}

const texts = (records: readonly { value: Buffer | null }[]) =>
  records.map(({ value }) => value?.toString());

test("what is sent arrives byte for byte, in order, with key and headers", async () => {
  await using cluster = await testCluster();
  const topic = await cluster.freshTopic();
  const sender = cluster.kafka.sender();
  const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  await sender.send([
    {
      topic,
      key: every,
      value: every,
      headers: [header("a", "1"), header("b", "é"), header("a", "2")],
    },
    { topic, key: null, value: null, headers: [] },
  ]);
  await sender.close();
  const [first, second] = await cluster.readAll(topic);
  assert.deepEqual(first?.key, every);
  assert.deepEqual(first?.value, every);
  assert.deepEqual(
    first?.headers.filter(({ name }) => name === "a").map(({ value }) =>
      value.toString()
    ),
    ["1", "2"],
  );
  assert.equal(
    first?.headers.find(({ name }) => name === "b")?.value + "",
    "é",
  );
  assert.deepEqual([second?.key, second?.value], [null, null]);
  assert.deepEqual([first?.offset, second?.offset], [0, 1]);
});

/** Records of a few keys, numbered, most of 100 bytes, and every so often one of 5,000. */
const mixed = (topic: string, from: number) =>
  Array.from({ length: 200 }, (_, n) => ({
    ...record(topic, `${from + n} `.padEnd(n % 25 === 7 ? 5_000 : 100, "x")),
    key: Buffer.from(`key-${n % 10}`),
  }));

const isLarge = ({ value }: OutgoingRecord) => (value?.length ?? 0) > 4_000;

const numberOf = ({ value }: { value: Buffer | null }) =>
  Number(`${value}`.split(" ")[0]);

test("beside records that are too large for their topic all others are written, once and in order", async () => {
  await using cluster = await testCluster();
  const topic = await cluster.freshTopic(3, { "max.message.bytes": "4000" });
  const sender = cluster.kafka.sender();
  const written: number[] = [];
  // Twice by one producer, whose numbers must be right after the first.
  for (const from of [0, 200]) {
    const records = mixed(topic, from);
    const error = await sender.send(records).catch((error) => error);
    assert.ok(error instanceof UnsentError);
    const large = records.filter(isLarge);
    assert.deepEqual(new Set(error.failures.keys()), new Set(large));
    for (const one of error.failures.values()) {
      assert.equal(one.name, "TooLargeError");
    }
    written.push(
      ...records.filter((one) => !isLarge(one)).map(numberOf),
    );
  }
  await sender.close();
  const read = await cluster.readAll(topic);
  assert.deepEqual(
    read.map(numberOf).sort((a, b) => a - b),
    written,
  );
  for (const [, ofKey] of Map.groupBy(read, ({ key }) => `${key}`)) {
    const numbers = ofKey.map(numberOf);
    assert.deepEqual(numbers, numbers.toSorted((a, b) => a - b));
  }
});

test("a batch that is larger than a segment of its topic is written in several", async () => {
  await using cluster = await testCluster();
  const topic = await cluster.freshTopic(1, {
    "max.message.bytes": "8000000",
    "segment.bytes": "1048576",
  });
  const values = Array.from({ length: 8 }, (_, n) => `${n}`.repeat(400_000));
  await cluster.write(topic, values.map((value) => ({ key: "k", value })));
  assert.deepEqual(texts(await cluster.readAll(topic)), values);
});

test("a transaction that is larger than its topic's batches may be is written in several, all or none", async () => {
  await using cluster = await testCluster();
  const [input, output] = [
    await cluster.freshTopic(),
    await cluster.freshTopic(1, { "max.message.bytes": "4000" }),
  ];
  const groupId = randomUUID();
  const id = randomUUID();
  const all = mixed(output, 0);
  const fitting = all.filter((one) => !isLarge(one));
  const large = all.filter(isLarge);
  const position = { topic: input, partition: 0, nextOffset: 5 };
  const first = await cluster.kafka.openTransactional(id, nowhere);
  const error = await first.transact(all, groupId, position)
    .catch((error) => error);
  assert.ok(error instanceof TransientError);
  assert.deepEqual([...tooLargeIn(error).keys()], large);
  await first.close();
  const second = await cluster.kafka.openTransactional(id, nowhere);
  assert.equal(
    (await cluster.admin.positions(groupId, input)).get(0),
    undefined,
  );
  await second.transact(fitting, groupId, position);
  await second.transact([record(output, "1000 ")], groupId, {
    ...position,
    nextOffset: 6,
  });
  await second.close();
  assert.deepEqual(
    (await cluster.readAll(output)).map(numberOf),
    [...fitting.map(numberOf), 1_000],
  );
  assert.equal((await cluster.admin.positions(groupId, input)).get(0), 6);
});

test("a group goes on where it committed", async () => {
  await using cluster = await testCluster();
  const topic = await cluster.freshTopic();
  const groupId = randomUUID();
  await cluster.write(topic, ["a", "b", "c"].map((value) => ({ value })));
  const first = listening(() => true);
  const one = await cluster.kafka.join({ groupId, topic, ...first });
  await (await first.received).commitOffset(2);
  await one.close();
  assert.equal((await cluster.admin.positions(groupId, topic)).get(0), 2);
  const second = listening(() => true);
  const two = await cluster.kafka.join({ groupId, topic, ...second });
  assert.deepEqual(texts((await second.received).records), ["c"]);
  await two.close();
});

test("a commit under a membership that is over is refused", async () => {
  await using cluster = await testCluster();
  const topic = await cluster.freshTopic();
  const groupId = randomUUID();
  await cluster.write(topic, [{ value: "a" }]);
  const first = listening(() => true);
  const one = await cluster.kafka.join({ groupId, topic, ...first });
  const batch = await first.received;
  const rejoined = Promise.withResolvers<void>();
  first.listener.revoked = rejoined.resolve;
  const two = await cluster.kafka.join({
    groupId,
    topic,
    listener: listening(() => true).listener,
  });
  await rejoined.promise;
  await assert.rejects(batch.commitOffset(1), NotOwnerError);
  assert.equal(
    (await cluster.admin.positions(groupId, topic)).get(0),
    undefined,
  );
  await one.close();
  await two.close();
});

test("a transaction's records and its position appear together", async () => {
  await using cluster = await testCluster();
  const [input, output] = [
    await cluster.freshTopic(),
    await cluster.freshTopic(),
  ];
  const groupId = randomUUID();
  const sender = await cluster.kafka.openTransactional(randomUUID(), nowhere);
  const position = { topic: input, partition: 0, nextOffset: 5 };
  await sender.transact([record(output, "x")], groupId, position);
  await sender.transact([record(output, "y")], groupId, {
    ...position,
    nextOffset: 9,
  });
  await sender.close();
  assert.deepEqual(texts(await cluster.readAll(output)), ["x", "y"]);
  assert.equal((await cluster.admin.positions(groupId, input)).get(0), 9);
});

test("opening a transactional id fences its earlier producer, which writes nothing more", async () => {
  await using cluster = await testCluster();
  const [input, output] = [
    await cluster.freshTopic(),
    await cluster.freshTopic(),
  ];
  const groupId = randomUUID();
  const id = randomUUID();
  const position = { topic: input, partition: 0, nextOffset: 5 };
  const old = await cluster.kafka.openTransactional(id, nowhere);
  await old.transact([record(output, "before")], groupId, position);
  const current = await cluster.kafka.openTransactional(id, nowhere);
  await assert.rejects(
    old.transact([record(output, "fenced")], groupId, {
      ...position,
      nextOffset: 99,
    }),
    FencedError,
  );
  await current.transact([record(output, "after")], groupId, {
    ...position,
    nextOffset: 6,
  });
  assert.deepEqual(texts(await cluster.readAll(output)), ["before", "after"]);
  assert.equal((await cluster.admin.positions(groupId, input)).get(0), 6);
  await old.close();
  await current.close();
});

test("what an aborted transaction wrote is never read, and reading goes on to the topic's end", async () => {
  await using cluster = await testCluster();
  const { output, next } = await withAborted(cluster);
  await next.close();
  const ends = await cluster.admin.endOffsets(output);
  assert.equal(ends.get(0), 3, "two records and the abort marker");
  const atEnd = listening((batch) => batch.nextOffset === 3);
  const groupId = randomUUID();
  const reader = await cluster.kafka.join({
    groupId,
    topic: output,
    ...atEnd,
  });
  await (await atEnd.received).commitOffset(3);
  assert.equal((await cluster.admin.positions(groupId, output)).get(0), 3);
  assert.deepEqual(texts(await cluster.readAll(output)), ["before"]);
  await reader.close();
});

test("a paused partition is not fetched while another is, until it is resumed", async () => {
  await using cluster = await testCluster();
  const topic = await cluster.freshTopic(2);
  const keys = Array.from({ length: 20 }, (_, n) => `key-${n}`);
  await cluster.write(topic, keys.map((value) => ({ value })));
  const firstOf = new Map<number, ReceivedRecords>();
  const both = Promise.withResolvers<void>();
  const later: ReceivedRecords[] = [];
  let heard = Promise.withResolvers<void>();
  const consumer = await cluster.kafka.join({
    groupId: randomUUID(),
    topic,
    listener: {
      assigned() {},
      revoked() {},
      crashed: both.reject,
      received(batch) {
        if (firstOf.has(batch.partition)) {
          later.push(batch);
          heard.resolve();
        }
        firstOf.set(batch.partition, firstOf.get(batch.partition) ?? batch);
        if (firstOf.size === 2) both.resolve();
      },
    },
  });
  await both.promise;
  const [paused, other] = [firstOf.get(0), firstOf.get(1)];
  assert.ok(paused && other);
  const keyOf = (batch: ReceivedRecords) => `${batch.records[0]?.key}`;
  paused.flow.pause();
  await cluster.write(topic, [
    { key: keyOf(paused), value: "held back" },
    { key: keyOf(other), value: "goes on" },
  ]);
  await heard.promise;
  assert.deepEqual(later.map(({ partition }) => partition), [1]);
  heard = Promise.withResolvers();
  paused.flow.resume();
  await heard.promise;
  assert.deepEqual(later.map(({ partition }) => partition), [1, 0]);
  await consumer.close();
});

test("nothing more is fetched until the listener wants it, and closing does not wait for that", async () => {
  await using cluster = await testCluster();
  const topic = await cluster.freshTopic();
  await cluster.write(topic, [{ value: "first" }]);
  const told: string[] = [];
  const [first, wanted, second] = [
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
  ];
  const reader = await cluster.kafka.join({
    groupId: randomUUID(),
    topic,
    listener: {
      received({ records }) {
        told.push(...records.map(({ value }) => `${value}`));
        if (told.includes("second")) {
          second.resolve();
          return new Promise(() => {});
        }
        first.resolve();
        return wanted.promise;
      },
      assigned() {},
      revoked() {},
      crashed: first.reject,
    },
  });
  await first.promise;
  await cluster.write(topic, [{ value: "second" }]);
  // Another reader has it, so it could have been fetched.
  assert.equal((await cluster.readAll(topic)).length, 2);
  told.push("wanted");
  wanted.resolve();
  await second.promise;
  assert.deepEqual(told, ["first", "wanted", "second"]);
  await reader.close();
});

test("a group says who owns what, and deals added partitions out when a member joins it again", async () => {
  await using cluster = await testCluster();
  const { admin } = cluster;
  const topic = await cluster.freshTopic(2);
  const groupId = randomUUID();
  assert.equal(await admin.owned(groupId, topic), undefined, "no members");
  let dealt = Promise.withResolvers<readonly number[]>();
  const consumer = await cluster.kafka.join({
    groupId,
    topic,
    listener: {
      assigned: (partitions) => dealt.resolve(partitions),
      revoked() {},
      received() {},
      crashed: (error) => dealt.reject(error),
    },
  });
  assert.deepEqual(await dealt.promise, [0, 1]);
  const owned = async () => {
    const partitions = await admin.owned(groupId, topic);
    return partitions && [...partitions].sort();
  };
  assert.deepEqual(await owned(), [0, 1]);
  assert.deepEqual(await admin.owned(groupId, "another"), new Set());
  await admin.raisePartitions(topic, 3);
  assert.deepEqual(await owned(), [0, 1]);
  dealt = Promise.withResolvers();
  consumer.rejoin("a partition is nobody's");
  assert.deepEqual(await dealt.promise, [0, 1, 2]);
  assert.deepEqual(await owned(), [0, 1, 2]);
  await consumer.close();
  assert.equal(await admin.owned(groupId, topic), undefined, "no members");
  // One that is closed stays away.
  consumer.rejoin("too late");
  assert.equal(await admin.members(groupId), 0);
});

/** Every record of some ranges of a topic, and what the log has gaps of. */
async function readWhole(
  { kafka }: TestCluster,
  topic: string,
  ranges: readonly OffsetRange[],
) {
  const read = { records: [] as ReceivedRecord[], gaps: [] as OffsetRange[] };
  for await (const batch of kafka.read({ topic, ranges })) {
    read.records.push(...batch.records);
    read.gaps.push(...batch.gaps);
  }
  return read;
}

test("ranges are read one after the other, each from its first offset to before its last", async () => {
  await using cluster = await testCluster();
  const topic = await cluster.freshTopic(2);
  const keys = Array.from({ length: 40 }, (_, n) => `key-${n}`);
  await cluster.write(topic, keys.map((value) => ({ value })));
  const all = await cluster.readAll(topic);
  const { records, gaps } = await readWhole(cluster, topic, [
    { partition: 1, from: 0, to: 5 },
    { partition: 0, from: 3, to: 3 },
    { partition: 0, from: 2, to: 4 },
  ]);
  const of = (partition: number, from: number, to: number) =>
    all.filter((one) =>
      one.partition === partition && one.offset >= from && one.offset < to
    );
  assert.deepEqual(records, [...of(1, 0, 5), ...of(0, 2, 4)]);
  assert.equal(records.length, 7);
  assert.deepEqual(gaps, []);
});

test("what is larger than a fetch is read, and all of what takes many fetches", async () => {
  await using cluster = await testCluster();
  const topic = await cluster.freshTopic(1, { "max.message.bytes": "8000000" });
  const values = [5_000_000, 10, 3_000_000, 3_000_000, 3_000_000, 10]
    .map((bytes, n) => `${n}`.repeat(bytes));
  for (const value of values) await cluster.write(topic, [{ key: "k", value }]);
  const { records } = await readWhole(cluster, topic, [
    { partition: 0, from: 0, to: values.length },
  ]);
  assert.deepEqual(
    records.map(({ offset, value }) => [offset, `${value}`.length]),
    values.map((value, offset) => [offset, value.length]),
  );
});

test("aborted records are not read, and markers at a range's end hold it up no more than they are gaps", async () => {
  await using cluster = await testCluster();
  const { output, position, next } = await withAborted(cluster);
  await next.transact([record(output, "after")], randomUUID(), position);
  await next.close();
  // Three records and two markers, of which the last is written after the transaction's end was answered:
  // reading waits for it.
  const { records, gaps } = await readWhole(cluster, output, [
    { partition: 0, from: 0, to: 5 },
  ]);
  assert.deepEqual(texts(records), ["before", "after"]);
  assert.deepEqual(gaps, []);
});

test("what an open transaction holds back is awaited: the end is before it, the high watermark behind", async () => {
  await using cluster = await testCluster();
  const output = await cluster.freshTopic();
  await cluster.write(output, [{ value: "before" }]);
  const id = randomUUID();
  const holding = await cluster.kafka.openTransactional(id, nowhere);
  await leaveUnfinished(cluster, holding, record(output, "open"));
  assert.equal((await cluster.admin.endOffsets(output)).get(0), 1);
  assert.equal((await cluster.admin.highWatermarks(output)).get(0), 2);
  const texted: string[] = [];
  let release: Promise<unknown> | undefined;
  const ranges = [{ partition: 0, from: 0, to: 2 }];
  for await (const batch of cluster.kafka.read({ topic: output, ranges })) {
    texted.push(...batch.records.map(({ value }) => `${value}`));
    if (batch.nextOffset === 1) {
      release ??= cluster.kafka.openTransactional(id, nowhere)
        .then((next) => next.close());
    }
  }
  assert.deepEqual(texted, ["before"]);
  await release;
  await holding.close();
});

test("reading waits for what is not written yet, and can be given up", async () => {
  await using cluster = await testCluster();
  const topic = await cluster.freshTopic();
  const stopping = new AbortController();
  const reading = cluster.kafka.read({
    topic,
    ranges: [{ partition: 0, from: 0, to: 1 }],
    signal: stopping.signal,
  });
  await assert.rejects(async () => {
    for await (const batch of reading) {
      assert.deepEqual([batch.records, batch.nextOffset], [[], 0]);
      stopping.abort(new Error("enough"));
    }
  }, /enough/);
});

test("a topic says where it starts, and where it was at a time", async () => {
  await using cluster = await testCluster();
  const topic = await cluster.freshTopic();
  await cluster.write(topic, [{ value: "a" }]);
  const [first] = await cluster.readAll(topic);
  assert.ok(first);
  while (Date.now() === first.timestampMs) await Promise.resolve();
  await cluster.write(topic, [{ value: "b" }]);
  const { admin } = cluster;
  const at = async (timeMs: number) =>
    (await admin.offsetsAt(topic, timeMs)).get(0);
  assert.equal((await admin.startOffsets(topic)).get(0), 0);
  assert.equal(await at(0), 0);
  assert.equal(await at(first.timestampMs), 0);
  assert.equal(await at(first.timestampMs + 1), 1);
  assert.equal(await at(Date.now() + 60_000), 2);
});

test("a broker that is away makes every call fail as transient", async () => {
  const kafka = createKafkaClient({
    config: readConfig("test", connectionSettings, {
      KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1",
    }),
    clientId: "test",
    log: silentLog(),
  });
  const sender = kafka.sender();
  await assert.rejects(sender.send([record("any", "x")]), TransientError);
  await assert.rejects(kafka.admin(), TransientError);
  await assert.rejects(async () => {
    const ranges = [{ partition: 0, from: 0, to: 1 }];
    for await (const _ of kafka.read({ topic: "any", ranges }));
  }, TransientError);
  await assert.rejects(kafka.openTransactional("any", nowhere), TransientError);
  const crashed: Error[] = [];
  const listener = {
    ...listening(() => true).listener,
    crashed: (error: Error) => crashed.push(error),
  };
  // To join is tried again until it works, as it is later on.
  const consumer = await kafka.join({ groupId: "any", topic: "any", listener });
  await consumer.close();
  assert.deepEqual(crashed, []);
  await sender.close();
});

test("the broker of these tests is one of those it is proven on", async () => {
  await using cluster = await testCluster();
  assert.equal(await cluster.admin.isProven(), true);
});

test("a topic that was made anew has another id, and one that is not there has none", async () => {
  await using cluster = await testCluster();
  const { admin } = cluster;
  const topic = await cluster.freshTopic();
  const id = await admin.topicId(topic);
  assert.match(id ?? "", /^[\w-]{22}$/);
  assert.equal(await admin.topicId(topic), id);
  await admin.deleteTopics([topic]);
  await until(
    "it was gone",
    async () => await admin.topicId(topic) === undefined,
  );
  await admin.createTopics([{ name: topic, partitions: 1, config: {} }]);
  const another = await admin.topicId(topic);
  assert.match(another ?? "", /^[\w-]{22}$/);
  assert.notEqual(another, id);
});
