/**
 * For integration tests: the broker that the test runner started, fresh topics, whole-topic reads.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import process from "node:process";
import { sleep } from "#runtime/backoff.ts";
import { readConfig } from "#runtime/config.ts";
import { TransientError } from "#runtime/errors.ts";
import { silentLog } from "#runtime/log.ts";
import { createKafkaClient } from "#kafka/kafkajs/client.ts";
import type {
  GroupListener,
  KafkaAdmin,
  KafkaClient,
  ReceivedRecord,
  ReceivedRecords,
  TransactionScope,
} from "#kafka/port.ts";
import { connectionSettings } from "#kafka/settings.ts";
import { untilLed } from "#kafka/until_led.ts";

/** Of ids whose last transactions are not to be ended again. */
export const nowhere: TransactionScope = { groupId: "none", topics: [] };

export type TestCluster = AsyncDisposable & {
  readonly kafka: KafkaClient;
  readonly admin: KafkaAdmin;
  /** @param config from its first moment on: what is changed later takes a broker a moment */
  freshTopic(
    partitions?: number,
    config?: Readonly<Record<string, string>>,
  ): Promise<string>;
  /** Writes values, in order; a value's key is the value itself if none is given. */
  write(
    topic: string,
    records: readonly { key?: string; value: string }[],
  ): Promise<void>;
  /** Everything committed of what is in the topic when it is called, in order per partition. */
  readAll(topic: string): Promise<ReceivedRecord[]>;
};

/**
 * @param bootstrap host:port of a broker
 * @throws {Error} if none is given and the tests were not started by `deno task test`
 */
export async function testCluster(
  bootstrap = process.env.EVENTFLOW_TEST_KAFKA,
): Promise<TestCluster> {
  if (!bootstrap) {
    throw new Error("EVENTFLOW_TEST_KAFKA is not set: run `deno task test`.");
  }
  const kafka = createKafkaClient({
    config: readConfig("test", connectionSettings, {
      KAFKA_BOOTSTRAP_SERVERS: bootstrap,
    }),
    clientId: "test",
    log: silentLog(),
    // What a test writes is not written twice because the machine has other work.
    requestTimeoutMs: 60_000,
  });
  const admin = patient(await kafka.admin());
  const sender = kafka.sender();
  return {
    kafka,
    admin,
    async freshTopic(partitions = 1, config = {}) {
      const name = `test.${randomUUID()}`;
      await admin.createTopics([{ name, partitions, config }]);
      await untilLed(admin, name);
      return name;
    },
    write: (topic, records) =>
      sender.send(records.map(({ key, value }) => ({
        topic,
        key: Buffer.from(key ?? value),
        value: Buffer.from(value),
        headers: [],
      }))),
    readAll: (topic) => readAll(kafka, admin, topic),
    async [Symbol.asyncDispose]() {
      await sender.close();
      await admin.close();
    },
  };
}

/** Longer than a cluster is away in any test. */
const AWAY_MS = 120_000;

/** Asks again if the cluster does not answer, as on a machine that has other work. */
function patient(admin: KafkaAdmin): KafkaAdmin {
  return new Proxy(admin, {
    get(_, name) {
      const ask: unknown = Reflect.get(admin, name);
      if (typeof ask !== "function") return ask;
      return async (...question: unknown[]) => {
        const deadline = performance.now() + AWAY_MS;
        for (;;) {
          try {
            return await ask(...question);
          } catch (error) {
            const mayPass = error instanceof TransientError;
            if (!mayPass || performance.now() > deadline) throw error;
            await sleep(100);
          }
        }
      };
    },
  });
}

async function readAll(
  kafka: KafkaClient,
  admin: KafkaAdmin,
  topic: string,
): Promise<ReceivedRecord[]> {
  // Not its end: what a transaction has committed can lie behind that for a few milliseconds more.
  const ends = await admin.highWatermarks(topic);
  const ranges = [...ends].sort(([a], [b]) => a - b)
    .map(([partition, to]) => ({ partition, from: 0, to }));
  const records: ReceivedRecord[] = [];
  for await (const received of kafka.read({ topic, ranges })) {
    if (received.unreadable !== undefined) throw received.unreadable;
    records.push(...received.records);
  }
  return records;
}

/** A listener that lets a test wait for a batch that satisfies it. */
export function listening(
  wanted: (received: ReceivedRecords) => boolean,
): { listener: GroupListener; received: Promise<ReceivedRecords> } {
  const { promise, resolve, reject } = Promise.withResolvers<ReceivedRecords>();
  return {
    received: promise,
    listener: {
      assigned() {},
      revoked() {},
      crashed: reject,
      received(received) {
        if (wanted(received)) resolve(received);
      },
    },
  };
}
