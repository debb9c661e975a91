import assert from "node:assert/strict";
import { test } from "node:test";
import type { TransactionCoordinator } from "kafkajs/src/broker/index.js";
import { UnwritableError } from "../../write_errors.ts";
import { addPartitions } from "./add_partitions.ts";
import { denialIn } from "../administration/denials.ts";

type Coordinator = Pick<TransactionCoordinator, "addPartitionsToTxn">;

const identity = { transactionalId: "id", producerId: "1", producerEpoch: 0 };

/** A coordinator that lets nothing be added with a topic that is denied, as Kafka's does. */
function coordinatorThatDenies(denied: string) {
  const added: string[][] = [];
  const coordinator: Coordinator = {
    addPartitionsToTxn({ topics }) {
      const names = topics.map(({ topic }) => topic);
      if (!names.includes(denied)) {
        added.push(names);
        return Promise.resolve();
      }
      const type = names[0] === denied
        ? "TOPIC_AUTHORIZATION_FAILED"
        : "OPERATION_NOT_ATTEMPTED";
      return Promise.reject(Object.assign(new Error(type), { type }));
    },
  };
  return { added, coordinator };
}

const topics = ["one", "two"].map((topic) => ({ topic, partitions: [0] }));

test("partitions are added with one request", async () => {
  const { added, coordinator } = coordinatorThatDenies("none");
  await addPartitions(coordinator, identity, topics);
  assert.deepEqual(added, [["one", "two"]]);
});

test("of several topics the one that is denied is named, whichever answers first", async () => {
  for (const denied of ["one", "two"]) {
    const { coordinator } = coordinatorThatDenies(denied);
    await assert.rejects(
      addPartitions(coordinator, identity, topics),
      (error) => {
        assert.ok(error instanceof UnwritableError);
        assert.deepEqual(error.topics, [denied]);
        assert.match(
          denialIn(error) ?? "",
          new RegExp(`^Kafka denies Write on Topic ${denied}: `),
        );
        return true;
      },
    );
  }
});

test("what is no matter of a topic is thrown as it is", async () => {
  const error = Object.assign(new Error("busy"), {
    type: "CONCURRENT_TRANSACTIONS",
  });
  const coordinator: Coordinator = {
    addPartitionsToTxn: () => Promise.reject(error),
  };
  await assert.rejects(addPartitions(coordinator, identity, topics), error);
});
