import assert from "node:assert/strict";
import { test } from "node:test";
import kafkajs from "kafkajs";
import type { ConsumerConfig } from "kafkajs";
import { startConsumer } from "./consumer.ts";

/** kafkajs without a cluster: what its consumers tell is said by the test. */
class ScriptedKafka extends kafkajs.Kafka {
  readonly #listeners = new Map<string, (event: unknown) => void>();
  #begin: () => void = () => {};

  constructor() {
    super({ brokers: ["nowhere:9092"] });
  }

  override consumer(config: ConsumerConfig) {
    const [assigner] = config.partitionAssigners ?? [];
    const { protocol } = assigner?.({
      cluster: Object({}),
      groupId: config.groupId,
      logger: this.logger(),
    }) ?? {};
    this.#begin = () => protocol?.({ topics: ["in"] });
    const nothing = () => Promise.resolve();
    const on = (name: string, listener: (event: never) => void) => {
      this.#listeners.set(name, Object(listener));
      return () => {};
    };
    const own = { connect: nothing, subscribe: nothing, run: nothing, on };
    return Object.assign(super.consumer(config), own, { resume() {} });
  }

  /** One of its fetchers begins to join. */
  begin(): void {
    this.#begin();
  }

  /** A join has succeeded. */
  join(partitions: readonly number[]): void {
    this.#listeners.get("consumer.group_join")?.({
      payload: { memberAssignment: { in: partitions } },
    });
  }
}

test("of two joins side by side the second ends the stay that the first began", async () => {
  const kafka = new ScriptedKafka();
  const told: string[] = [];
  const consumer = await startConsumer(() => kafka, {
    groupId: "group",
    topic: "in",
    listener: {
      assigned: (partitions) => told.push(`assigned ${partitions}`),
      revoked: () => told.push("revoked"),
      received() {},
      crashed: (error) => told.push(String(error)),
    },
  }, { membership: {}, joined() {}, ended() {} });
  kafka.begin();
  kafka.begin();
  told.length = 0;
  kafka.join([0, 1]);
  kafka.join([0, 1]);
  assert.deepEqual(told, ["assigned 0,1", "revoked", "assigned 0,1"]);
  await consumer.close();
});
