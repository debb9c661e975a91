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

/** The same cluster, but every request for an end is lost on its way. */
function losingEnds(cluster: Cluster): Cluster {
  const losing = (broker: TransactionCoordinator) =>
    new Proxy(broker, {
      get: (target, name) =>
        name === "endTxn"
          ? () => Promise.reject(new Error("Closed connection"))
          : Reflect.get(target, name, target),
    });
  return new Proxy(cluster, {
    get(target, name) {
      if (name === "findBroker") {
        return async (node: { nodeId: number }) =>
          losing(await target.findBroker(node));
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
  const shared = {
    partitions: new Partitions(newKafka),
    sizes: new BatchSizes(),
    unanswered: new UnansweredCommits(newKafka),
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
  await assert.rejects(
    transactions.commit(groups, { groupId, position }),
    /Closed connection/,
  );
  await cluster.disconnect();
  return {
    /** Takes the id over, as the process that knows of those commits. */
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
  };
}

test("a commit that was asked for and not answered is asked for again before its id is taken over", async () => {
  await using cluster = await testCluster();
  const { takeOver, values, position } = await unanswered(cluster);
  await takeOver();
  assert.deepEqual(await values(), ["a"]);
  assert.equal(await position(), 7);
});

test("a commit whose transaction another has ended meanwhile is not asked for for ever", async () => {
  await using cluster = await testCluster();
  const { takeOver, values, position } = await unanswered(cluster);
  await takeOver(new UnansweredCommits(newKafka));
  await takeOver();
  assert.deepEqual(await values(), []);
  assert.equal(await position(), undefined);
});
