import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import process from "node:process";
import { test } from "node:test";
import kafkajs from "kafkajs";
import type { TransactionCoordinator } from "kafkajs/src/broker/index.js";
import { type TestCluster, testCluster } from "#kit/kafka/test_cluster.ts";
import { type Cluster, isolation, openCluster } from "../cluster.ts";
import { type NewKafka, retryPolicy } from "../new_kafka.ts";
import { BatchSizes } from "../producing/batch_sizes.ts";
import { Partitions } from "../producing/partitions.ts";
import { openTransactional } from "./transactional_sender.ts";
import { openTransactions } from "./transactions.ts";
import { UnansweredCommits } from "./unanswered_commits.ts";

const retry = retryPolicy({ firstMs: 5, maxMs: 500, times: 10 });

const newKafka: NewKafka = (retry) =>
  new kafkajs.Kafka({
    brokers: [process.env.EVENTFLOW_TEST_KAFKA ?? ""],
    logLevel: kafkajs.logLevel.NOTHING,
    retry,
  });

/** A cluster that does not answer. */
const nobody: NewKafka = (retry) =>
  new kafkajs.Kafka({
    brokers: ["127.0.0.1:1"],
    logLevel: kafkajs.logLevel.NOTHING,
    retry,
  });

const END_TXN = 26;

/** The same cluster, but every request for an end is lost on its way. */
function losingEnds(cluster: Cluster): Cluster {
  const losing = (broker: TransactionCoordinator) => {
    const { connectionPool } = broker;
    const send: typeof connectionPool.send = (request) =>
      request.request.apiKey === END_TXN
        ? Promise.reject(new Error("Closed connection"))
        : connectionPool.send(request);
    return new Proxy(broker, {
      get: (target, name) =>
        name === "connectionPool"
          ? { ...connectionPool, send }
          : Reflect.get(target, name),
    });
  };
  return new Proxy(cluster, {
    get(target, name) {
      if (name === "findBroker") {
        return async (node: { nodeId: number }) =>
          losing(await target.findBroker(node));
      }
      if (name === "findGroupCoordinator") {
        return async (
          of: Parameters<Cluster["findGroupCoordinator"]>[0],
        ) => losing(await target.findGroupCoordinator(of));
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** An id whose transaction is written, and whose commit was asked for and not answered. */
async function unanswered(test: TestCluster) {
  const [input, output] = [await test.freshTopic(), await test.freshTopic()];
  const [transactionalId, groupId] = [randomUUID(), randomUUID()];
  let isReachable = false;
  const shared = {
    partitions: new Partitions(newKafka),
    sizes: new BatchSizes(),
    unanswered: new UnansweredCommits((retry) =>
      isReachable ? newKafka(retry) : nobody(retry)
    ),
  };
  const cluster = await openCluster(newKafka(retry), isolation.readCommitted);
  const transactions = await openTransactions(losingEnds(cluster), {
    transactionalId,
    timeoutMs: 60_000,
    ...shared,
  });
  const groups = await shared.partitions.group([
    { topic: output, key: null, value: Buffer.from("a"), headers: [] },
  ]);
  const position = { topic: input, partition: 0, nextOffset: 7 };
  const commit = () => transactions.commit(groups, { groupId, position });
  await assert.rejects(commit(), /Closed connection/);
  return {
    commit,
    unanswered: shared.unanswered,
    reach: () => isReachable = true,
    /** Takes the id over, as a process that knows of those commits. */
    async takeOver(unanswered = shared.unanswered): Promise<void> {
      const scope = { groupId, topics: [output] };
      const options = { ...shared, unanswered };
      const sender = await openTransactional(
        newKafka,
        options,
        transactionalId,
        scope,
      );
      await sender.close();
    },
    values: async () =>
      (await test.readAll(output)).map(({ value }) => `${value}`),
    position: async () =>
      (await test.admin.position(groupId, input, 0))?.nextOffset,
    [Symbol.asyncDispose]: () => cluster.disconnect(),
  };
}

test("an id whose commit was asked for and not answered is not taken over before there is an answer", async () => {
  await using cluster = await testCluster();
  await using asked = await unanswered(cluster);
  await assert.rejects(asked.takeOver());
  asked.reach();
  await asked.takeOver();
  assert.deepEqual(await asked.values(), ["a"]);
  assert.equal(await asked.position(), 7);
});

test("a commit that was not answered is asked for again by itself", async () => {
  await using cluster = await testCluster();
  await using asked = await unanswered(cluster);
  asked.reach();
  await asked.unanswered.settled();
  // Who knows of nothing takes the id over.
  await asked.takeOver(new UnansweredCommits(newKafka));
  assert.deepEqual(await asked.values(), ["a"]);
  assert.equal(await asked.position(), 7);
});

test("a commit whose transaction another has ended meanwhile is not asked for for ever", async () => {
  await using cluster = await testCluster();
  await using asked = await unanswered(cluster);
  await asked.takeOver(new UnansweredCommits(newKafka));
  asked.reach();
  await asked.unanswered.settled();
  await asked.takeOver();
  assert.deepEqual(await asked.values(), []);
  assert.equal(await asked.position(), undefined);
});

test("who had no answer to a commit begins no other transaction", async () => {
  await using cluster = await testCluster();
  await using asked = await unanswered(cluster);
  await assert.rejects(asked.commit(), /was used after a failure/);
  asked.reach();
  await asked.unanswered.settled();
  assert.deepEqual(await asked.values(), ["a"]);
});
