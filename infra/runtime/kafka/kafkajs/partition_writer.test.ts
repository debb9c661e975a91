import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import type {
  Broker,
  TransactionCoordinator,
} from "kafkajs/src/broker/index.js";
import type { Cluster } from "./cluster.ts";
import { PartitionWriter, sequenceAfter } from "./partition_writer.ts";

type Request = Parameters<Broker["connectionPool"]["send"]>[0];

/** NOT_LEADER_FOR_PARTITION, and MESSAGE_TOO_LARGE, which no second try helps. */
const [NOT_LEADER, TOO_LARGE] = [6, 10];

/**
 * A cluster whose brokers answer as they are told: with an error code for each partition they are asked
 * for, or not at all. It notes each batch with its first sequence.
 */
function clusterOf(
  { leaders, answer }: {
    leaders: () => Record<number, number>;
    answer: (
      nodeId: number,
      partition: number,
      times: number,
    ) => number | "hangs up";
  },
) {
  const sent: { nodeId: number; partition: number; sequence: number }[] = [];
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
          const codes = batches.map(({ partition, sequence }) => {
            const times = sent.filter((one) => one.partition === partition);
            sent.push({ nodeId, partition, sequence });
            return {
              partition,
              code: answer(nodeId, partition, times.length),
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
    at += 8 + length;
    return { partition, sequence };
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
  const writer = new PartitionWriter(cluster, identity);
  await writer.write([group(0, 1), group(1, 1), group(2, 1)]);
  assert.equal(requests(), 2);
  assert.equal(sent.length, 3);
});

test("a batch bears the number of records written to its partition before", async () => {
  const { cluster, sent } = clusterOf({
    leaders: () => ({ 0: 1, 1: 1 }),
    answer: () => 0,
  });
  const writer = new PartitionWriter(cluster, identity);
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
  await new PartitionWriter(cluster, identity).write([
    group(0, 1),
    group(1, 4),
  ]);
  assert.deepEqual(sent, [
    { nodeId: 1, partition: 0, sequence: 0 },
    { nodeId: 1, partition: 1, sequence: 0 },
    { nodeId: 2, partition: 1, sequence: 0 },
  ]);
});

test("a batch without an answer is sent again with the same number", async () => {
  const { cluster, sent } = clusterOf({
    leaders: () => ({ 0: 1 }),
    answer: (_node, _partition, times) => times === 0 ? "hangs up" : 0,
  });
  await new PartitionWriter(cluster, identity).write([group(0, 2)]);
  assert.deepEqual(sent.map(({ sequence }) => sequence), [0, 0]);
});

test("what is refused for good is not sent again, and its topic is named", async () => {
  const { cluster, sent } = clusterOf({
    leaders: () => ({ 0: 1 }),
    answer: () => TOO_LARGE,
  });
  const writer = new PartitionWriter(cluster, identity);
  await assert.rejects(writer.write([group(0, 1)]), { topics: ["a"] });
  assert.equal(sent.length, 1);
});

test("after the largest sequence comes 0", () => {
  assert.equal(sequenceAfter(0, 5), 5);
  assert.equal(sequenceAfter(2 ** 31 - 3, 2), 2 ** 31 - 1);
  assert.equal(sequenceAfter(2 ** 31 - 2, 2), 0);
  assert.equal(sequenceAfter(2 ** 31 - 1, 1), 0);
  assert.equal(sequenceAfter(2 ** 31 - 1, 10), 9);
});
