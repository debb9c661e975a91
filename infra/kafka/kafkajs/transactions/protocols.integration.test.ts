import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import process from "node:process";
import { test } from "node:test";
import kafkajs from "kafkajs";
import coordinatorTypes from "kafkajs/src/protocol/coordinatorTypes.js";
import type { TransactionCoordinator } from "kafkajs/src/broker/index.js";
import { type TestCluster, testCluster } from "#kit/kafka/test_cluster.ts";
import { type Cluster, isolation, openCluster } from "../cluster.ts";
import { protocolType } from "../errors.ts";
import { retryPolicy } from "../new_kafka.ts";
import { patiently } from "../patiently.ts";
import { BatchSizes } from "../producing/batch_sizes.ts";
import { PartitionWriter } from "../producing/partition_writer.ts";
import type { PartitionRecords } from "../producing/partitions.ts";
import { protocolV1 } from "./protocol_v1.ts";
import { protocolV2 } from "./protocol_v2.ts";
import type {
  Coordinators,
  TransactionalProducer,
  TransactionProtocol,
} from "./transaction_protocol.ts";
import { Transactions } from "./transactions.ts";
import { transactionVersion } from "./transaction_version.ts";
import { UnansweredCommits } from "./unanswered_commits.ts";

const { TRANSACTION, GROUP } = coordinatorTypes;
/** Produce of a broker that knows of transactions of version 2, which a new cluster agrees on then. */
const PRODUCE = { apiKey: 0, since: 12 };
const PATIENCE = { everyMs: 3, forMs: 10_000 };

const kafka = new kafkajs.Kafka({
  brokers: [process.env.EVENTFLOW_TEST_KAFKA ?? ""],
  logLevel: kafkajs.logLevel.NOTHING,
  retry: retryPolicy({ firstMs: 5, maxMs: 500, times: 10 }),
});

type Id = AsyncDisposable & {
  readonly topic: string;
  readonly coordinator: TransactionCoordinator;
  /** Opens the id anew. */
  open(): Promise<TransactionalProducer>;
  /** Has a transaction hold a record, and the group's position moved behind so many. */
  fill(
    protocol: TransactionProtocol,
    producer: TransactionalProducer,
    value: string,
    nextOffset: number,
  ): Promise<void>;
  commit(
    protocol: TransactionProtocol,
    producer: TransactionalProducer,
  ): Promise<TransactionalProducer>;
  /** What is committed. */
  values(): Promise<string[]>;
  position(): Promise<number | undefined>;
};

async function newId(test: TestCluster): Promise<Id> {
  const cluster = await openCluster(kafka, isolation.readCommitted);
  const [input, topic] = [await test.freshTopic(), await test.freshTopic()];
  const [transactionalId, groupId] = [randomUUID(), randomUUID()];
  const coordinators = coordinatorsOf(cluster, transactionalId);
  const coordinator = await coordinators.ofTransactions((one) =>
    Promise.resolve(one)
  );
  return {
    topic,
    coordinator,
    open: () =>
      coordinators.ofTransactions(async (coordinator) => {
        const { producerId, producerEpoch } = await coordinator.initProducerId({
          transactionalId,
          transactionTimeout: 60_000,
        });
        return { transactionalId, producerId, producerEpoch };
      }),
    async fill(protocol, producer, value, nextOffset) {
      const groups = [groupOf(topic, value)];
      const writer = new PartitionWriter(
        cluster,
        producer,
        new BatchSizes(),
        protocol.produce,
      );
      await protocol.fill(coordinators, producer, {
        groups,
        async write() {
          for (const error of (await writer.write(groups)).values()) {
            throw error;
          }
        },
        moved: {
          groupId,
          position: { topic: input, partition: 0, nextOffset },
        },
      });
    },
    commit: (protocol, producer) =>
      coordinators.ofTransactions((coordinator) =>
        protocol.commit(coordinator, producer)
      ),
    values: async () =>
      (await test.readAll(topic)).map(({ value }) => `${value}`),
    position: async () =>
      (await test.admin.position(groupId, input, 0))?.nextOffset,
    [Symbol.asyncDispose]: () => cluster.disconnect(),
  };
}

function coordinatorsOf(
  cluster: Cluster,
  transactionalId: string,
): Coordinators {
  const ask = <T>(
    coordinatorType: number,
    groupId: string,
    question: (coordinator: TransactionCoordinator) => Promise<T>,
  ) =>
    patiently(
      async () =>
        question(
          await cluster.findGroupCoordinator({ groupId, coordinatorType }),
        ),
      PATIENCE,
    );
  return {
    ofTransactions: (question) => ask(TRANSACTION, transactionalId, question),
    ofGroup: (groupId, question) => ask(GROUP, groupId, question),
  };
}

/** One record for the first partition of a topic. */
function groupOf(topic: string, value: string): PartitionRecords {
  const record = { topic, key: null, value: Buffer.from(value), headers: [] };
  return { topic, partition: 0, records: [record] };
}

/** Version 2 only where the brokers of these tests have it. */
async function protocolsOf(
  { coordinator }: Id,
): Promise<readonly TransactionProtocol[]> {
  return await transactionVersion(coordinator) >= 2
    ? [protocolV1, protocolV2]
    : [protocolV1];
}

/** The protocol's name of why something is refused. */
async function refusal(work: Promise<unknown>): Promise<string | undefined> {
  return await work.then(() => undefined, protocolType);
}

test("a cluster of brokers that know of version 2 agrees on it, and no other does", async () => {
  await using cluster = await testCluster();
  await using id = await newId(cluster);
  const produce = id.coordinator.versions?.[PRODUCE.apiKey];
  assert.equal(
    await transactionVersion(id.coordinator) >= 2,
    (produce?.maxVersion ?? 0) >= PRODUCE.since,
  );
});

test("a commit that is asked for again is answered as before, and changes nothing", async () => {
  await using cluster = await testCluster();
  await using id = await newId(cluster);
  for (const protocol of await protocolsOf(id)) {
    const producer = await id.open();
    const before = await id.values();
    await id.fill(protocol, producer, "once", 7);
    const next = await id.commit(protocol, producer);
    assert.deepEqual(await id.commit(protocol, producer), next);
    assert.deepEqual(await id.values(), [...before, "once"]);
    assert.equal(await id.position(), 7);
  }
});

test("a commit is refused once another has opened the id, and with it what was written", async () => {
  await using cluster = await testCluster();
  await using id = await newId(cluster);
  for (const protocol of await protocolsOf(id)) {
    const producer = await id.open();
    await id.fill(protocol, producer, "fenced", 7);
    await id.open();
    assert.match(
      await refusal(id.commit(protocol, producer)) ?? "",
      /^(INVALID_PRODUCER_EPOCH|PRODUCER_FENCED)$/,
    );
    assert.deepEqual(await id.values(), []);
    assert.equal(await id.position(), undefined);
  }
});

test("an id's transactions are of either protocol, in any order", async () => {
  await using cluster = await testCluster();
  await using id = await newId(cluster);
  const protocols = await protocolsOf(id);
  const written: string[] = [];
  for (const protocol of [...protocols, ...protocols, ...protocols]) {
    let producer = await id.open();
    for (const n of [1, 2, 3]) {
      written.push(`${written.length}: ${n} of ${protocol.produce.version}`);
      await id.fill(protocol, producer, written.at(-1) ?? "", written.length);
      const next = await id.commit(protocol, producer);
      // The same producer's second record would have the number of its first: each is written by a new writer.
      producer = next === producer ? await id.open() : next;
    }
  }
  assert.deepEqual(await id.values(), written);
  assert.equal(await id.position(), written.length);
});

test("with version 2, what comes late for a transaction that has ended is part of no other", async (t) => {
  await using cluster = await testCluster();
  await using id = await newId(cluster);
  if (!(await protocolsOf(id)).includes(protocolV2)) {
    return t.skip("these brokers have no transactions of version 2");
  }
  const first = await id.open();
  await id.fill(protocolV2, first, "in time", 1);
  const second = await id.commit(protocolV2, first);
  await id.fill(protocolV2, second, "next", 2);
  assert.match(
    await refusal(id.fill(protocolV2, first, "late", 1)) ?? "",
    /^(INVALID_PRODUCER_EPOCH|PRODUCER_FENCED)$/,
  );
  await id.commit(protocolV2, second);
  assert.deepEqual(await id.values(), ["in time", "next"]);
  assert.equal(await id.position(), 2);
});

test("before its epochs run out, a producer begins nothing more, and whoever opens the id goes on", async (t) => {
  await using cluster = await testCluster();
  await using id = await newId(cluster);
  if (!(await protocolsOf(id)).includes(protocolV2)) {
    return t.skip("these brokers have no transactions of version 2");
  }
  const opened = await id.open();
  const epochOf = (producerEpoch: number) => ({ ...opened, producerEpoch });
  assert.equal(protocolV2.isSpent(epochOf(32_759)), false);
  assert.equal(protocolV2.isSpent(epochOf(32_760)), true);
  assert.equal(protocolV1.isSpent(epochOf(32_760)), false);

  const connected = await openCluster(kafka, isolation.readCommitted);
  const transactions = new Transactions(connected, opened, {
    protocol: {
      ...protocolV2,
      isSpent: ({ producerEpoch }) => producerEpoch >= opened.producerEpoch + 2,
    },
    sizes: new BatchSizes(),
    unanswered: new UnansweredCommits(() => kafka),
  });
  const write = (value: string) =>
    transactions.commit([groupOf(id.topic, value)]);
  await write("1");
  await write("2");
  await assert.rejects(write("3"), /run out/);
  await assert.rejects(write("3"), /run out/);
  const next = await id.open();
  await id.fill(protocolV2, next, "3", 3);
  await id.commit(protocolV2, next);
  assert.deepEqual(await id.values(), ["1", "2", "3"]);
  await connected.disconnect();
});
