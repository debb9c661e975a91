import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import type {
  Broker,
  TransactionCoordinator,
} from "kafkajs/src/broker/index.js";
import { TooLargeError } from "../../write_errors.ts";
import { BatchSizes } from "./batch_sizes.ts";
import type { Cluster } from "../cluster.ts";
import { PartitionWriter, sequenceAfter } from "./partition_writer.ts";

type Request = Parameters<Broker["connectionPool"]["send"]>[0];

/** NOT_LEADER_FOR_PARTITION, and two that no second try helps: MESSAGE_TOO_LARGE and INVALID_RECORD. */
const [NOT_LEADER, TOO_LARGE, INVALID] = [6, 10, 87];

/**
 * A cluster whose brokers answer as they are told: with an error code for each partition they are asked
 * for, or not at all. It notes each batch with its first sequence and how many records it has.
 */
function clusterOf(
  { leaders, answer }: {
    leaders: () => Record<number, number>;
    answer: (
      nodeId: number,
      partition: number,
      times: number,
      bytes: number,
    ) => number | "hangs up";
  },
) {
  const sent: {
    nodeId: number;
    partition: number;
    sequence: number;
    records: number;
  }[] = [];
  let requests = 0;
  const broker = (nodeId: number): TransactionCoordinator =>
    Object.assign(Object.create(null), {
      nodeId,
      connectionPool: {
        host: "broker",
        port: nodeId,
        async send({ request, response }: Request) {
          requests++;
          const body = Object(await request.encode()).buffer;
          const batches = batchesIn(body);
          const codes = batches.map(({ bytes, ...batch }) => {
            const { partition } = batch;
            const times = sent.filter((one) => one.partition === partition);
            sent.push({ nodeId, ...batch });
            return {
              partition,
              code: answer(nodeId, partition, times.length, bytes),
            };
          });
          if (codes.some(({ code }) => code === "hangs up")) {
            throw Object.assign(new Error("hung up"), { retriable: true });
          }
          return response.parse(
            await response.decode(answerOf(
              codes.map(({ partition, code }) => [partition, Number(code)]),
            )),
          );
        },
      },
    });
  const cluster: Partial<Cluster> = {
    addTargetTopic: () => Promise.resolve(),
    refreshMetadata: () => Promise.resolve(),
    removeBroker() {},
    findTopicPartitionMetadata: () =>
      Object.entries(leaders()).map(([partitionId, leader]) => ({
        partitionId: Number(partitionId),
        leader,
      })),
    findBroker: ({ nodeId }) => Promise.resolve(broker(nodeId)),
  };
  return {
    cluster: Object.assign(Object.create(null), cluster) as Cluster,
    sent,
    requests: () => requests,
  };
}

/** The partitions of a request for one topic, and the first sequence of each batch. */
function batchesIn(body: Buffer) {
  let at = 2 + 2 + 4 + 4;
  at += 2 + body.readInt16BE(at);
  const count = body.readInt32BE(at);
  at += 4;
  return Array.from({ length: count }, () => {
    const partition = body.readInt32BE(at);
    const length = body.readInt32BE(at + 4);
    const sequence = body.readInt32BE(at + 8 + 53);
    const records = body.readInt32BE(at + 8 + 57);
    at += 8 + length;
    return { partition, sequence, records, bytes: length };
  });
}

function answerOf(codes: readonly (readonly [number, number])[]): Buffer {
  const body = Buffer.alloc(4 + 3 + 4 + codes.length * 30 + 4);
  body.writeInt32BE(1, 0);
  body.writeInt16BE(1, 4);
  body.write("a", 6);
  body.writeInt32BE(codes.length, 7);
  codes.forEach(([partition, code], index) => {
    body.writeInt32BE(partition, 11 + index * 30);
    body.writeInt16BE(code, 15 + index * 30);
  });
  return body;
}

const identity = { producerId: "5", producerEpoch: 0 };

const group = (partition: number, records: number) => ({
  topic: "a",
  partition,
  records: Array.from({ length: records }, () => ({
    topic: "a",
    key: null,
    value: Buffer.from("x"),
    headers: [],
  })),
});

test("all partitions of one broker go with one request", async () => {
  const { cluster, sent, requests } = clusterOf({
    leaders: () => ({ 0: 1, 1: 1, 2: 2 }),
    answer: () => 0,
  });
  const writer = new PartitionWriter(cluster, identity, new BatchSizes());
  await writer.write([group(0, 1), group(1, 1), group(2, 1)]);
  assert.equal(requests(), 2);
  assert.equal(sent.length, 3);
});

test("a batch bears the number of records written to its partition before", async () => {
  const { cluster, sent } = clusterOf({
    leaders: () => ({ 0: 1, 1: 1 }),
    answer: () => 0,
  });
  const writer = new PartitionWriter(cluster, identity, new BatchSizes());
  await writer.write([group(0, 3)]);
  await writer.write([group(0, 2), group(1, 1)]);
  await writer.write([group(0, 1)]);
  assert.deepEqual(
    sent.map(({ partition, sequence }) => [partition, sequence]),
    [[0, 0], [0, 3], [1, 0], [0, 5]],
  );
});

test("what a partition refuses for now is sent again alone, with the same number, to its new leader", async () => {
  let leader = 1;
  const { cluster, sent } = clusterOf({
    leaders: () => ({ 0: 1, 1: leader }),
    answer(nodeId, partition) {
      if (partition !== 1 || nodeId === 2) return 0;
      leader = 2;
      return NOT_LEADER;
    },
  });
  await new PartitionWriter(cluster, identity, new BatchSizes()).write([
    group(0, 1),
    group(1, 4),
  ]);
  assert.deepEqual(sent, [
    { nodeId: 1, partition: 0, sequence: 0, records: 1 },
    { nodeId: 1, partition: 1, sequence: 0, records: 4 },
    { nodeId: 2, partition: 1, sequence: 0, records: 4 },
  ]);
});

test("a batch without an answer is sent again with the same number", async () => {
  const { cluster, sent } = clusterOf({
    leaders: () => ({ 0: 1 }),
    answer: (_node, _partition, times) => times === 0 ? "hangs up" : 0,
  });
  await new PartitionWriter(cluster, identity, new BatchSizes()).write([
    group(0, 2),
  ]);
  assert.deepEqual(sent.map(({ sequence }) => sequence), [0, 0]);
});

test("what is refused for good is not sent again, and all else is written", async () => {
  const { cluster, sent } = clusterOf({
    leaders: () => ({ 0: 1, 1: 1 }),
    answer: (_node, partition) => partition === 0 ? INVALID : 0,
  });
  const writer = new PartitionWriter(cluster, identity, new BatchSizes());
  const refused = group(0, 2);
  const failures = await writer.write([refused, group(1, 2)]);
  assert.deepEqual([...failures.keys()], refused.records);
  assert.equal(sent.length, 2);
});

/** A broker that takes batches up to so many bytes, and no others. */
const upTo = (most: number) =>
  clusterOf({
    leaders: () => ({ 0: 1, 1: 1 }),
    answer: (_node, _partition, _times, bytes) => bytes > most ? TOO_LARGE : 0,
  });

const ofBytes = (partition: number, ...sizes: number[]) => ({
  topic: "a",
  partition,
  records: sizes.map((bytes) => ({
    topic: "a",
    key: null,
    value: Buffer.alloc(bytes),
    headers: [],
  })),
});

test("a batch that is too large is cut, and its records keep their numbers", async () => {
  const { cluster, sent } = upTo(400);
  const writer = new PartitionWriter(cluster, identity, new BatchSizes());
  const failures = await writer.write([
    ofBytes(0, ...new Array(12).fill(100)),
    ofBytes(1, 100),
  ]);
  assert.equal(failures.size, 0);
  const own = sent.filter(({ partition }) => partition === 0);
  const written = own.filter(({ records }) => records < 4);
  let next = 0;
  for (const { sequence, records } of written) {
    assert.equal(sequence, next);
    next += records;
  }
  assert.equal(next, 12);
  // Each refused batch bore the number that the next one goes on with.
  assert.ok(own.length > written.length);
  await writer.write([ofBytes(0, 100)]);
  assert.equal(sent.at(-1)?.sequence, 12);
  assert.equal(sent.filter(({ partition }) => partition === 1).length, 1);
});

test("only what alone is too large is refused, and its number goes to the next", async () => {
  const { cluster, sent } = upTo(400);
  const writer = new PartitionWriter(cluster, identity, new BatchSizes());
  const large = ofBytes(0, 10, 900, 10, 10, 500, 10);
  const failures = await writer.write([large]);
  assert.deepEqual(
    [...failures.keys()].map(({ value }) => value?.length),
    [900, 500],
  );
  const [error] = failures.values();
  assert.ok(error instanceof TooLargeError);
  assert.match(error.message, /^9\d\d bytes are more than a takes/);
  await writer.write([ofBytes(0, 10)]);
  assert.equal(sent.at(-1)?.sequence, 4);
});

test("a size that was refused is not tried again, by any writer, for a minute", async () => {
  const { cluster, sent } = upTo(400);
  let nowMs = 0;
  const sizes = new BatchSizes({ clock: () => nowMs });
  const records = ofBytes(0, ...new Array(12).fill(100));
  const sends = async () => {
    const before = sent.length;
    await new PartitionWriter(cluster, identity, sizes).write([records]);
    return sent.length - before;
  };
  const first = await sends();
  const second = await sends();
  assert.ok(second < first);
  nowMs = 60_001;
  assert.equal(await sends(), first);
});

test("a batch that may be written already is not cut where a later answer calls it too large", async () => {
  const { cluster, sent } = clusterOf({
    leaders: () => ({ 0: 1 }),
    answer: (_node, _partition, times) => times === 0 ? "hangs up" : TOO_LARGE,
  });
  const writer = new PartitionWriter(cluster, identity, new BatchSizes());
  const failures = await writer.write([group(0, 2)]);
  assert.equal(failures.size, 2);
  for (const error of failures.values()) {
    assert.ok(!(error instanceof TooLargeError));
  }
  assert.equal(sent.length, 2);
});

test("what no request holds is too large without being sent, and others go in as many requests as it takes", async () => {
  const { cluster, sent, requests } = clusterOf({
    leaders: () => ({ 0: 1, 1: 1, 2: 1 }),
    answer: () => 0,
  });
  const sizes = new BatchSizes({ maxRequestBytes: 1_000 });
  const writer = new PartitionWriter(cluster, identity, sizes);
  const failures = await writer.write([
    ofBytes(0, 1_000),
    ofBytes(1, 500),
    ofBytes(2, 500),
  ]);
  assert.deepEqual(
    [...failures.values()].map((error) => error instanceof TooLargeError),
    [true],
  );
  assert.deepEqual(sent.map(({ partition }) => partition), [1, 2]);
  assert.equal(requests(), 2);
});

test("after the largest sequence comes 0", () => {
  assert.equal(sequenceAfter(0, 5), 5);
  assert.equal(sequenceAfter(2 ** 31 - 3, 2), 2 ** 31 - 1);
  assert.equal(sequenceAfter(2 ** 31 - 2, 2), 0);
  assert.equal(sequenceAfter(2 ** 31 - 1, 1), 0);
  assert.equal(sequenceAfter(2 ** 31 - 1, 10), 9);
});
