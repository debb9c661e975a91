/// <reference path="../patches/fetch_manager.d.ts" />
// The leader of a partition moves while the old one's answer is under way, and both answer with what lies at
// the same place. The fetch manager, its batches and everything of ours are real; the brokers are not.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Broker } from "kafkajs/src/broker/index.js";
import Batch from "kafkajs/src/consumer/batch.js";
import createFetchManager from "kafkajs/src/consumer/fetchManager.js";
import { Contiguity } from "#consumer/contiguity.ts";
import { fetchedOffset, recordsIn } from "../patches/broker_fetch.ts";
import { fetchFrom } from "./fetch.ts";
import { answerWithLog } from "./test_answer.ts";

const topic = "events.raw.v1";
const END = 5;

const logger = { namespace: () => logger, debug() {}, info() {} };

const answer = () => answerWithLog(topic, END);

/** A broker that answers when it is told to. */
function broker(nodeId: number) {
  const { promise: told, resolve: answers } = Promise.withResolvers<void>();
  const { promise: asked, resolve: isAsked } = Promise.withResolvers<void>();
  const connectionPool: Broker["connectionPool"] = {
    host: "broker",
    port: nodeId,
    async send({ response }) {
      isAsked();
      await told;
      return await response.parse(await response.decode(answer()));
    },
  };
  const fetchAt = (fetchOffset: string) =>
    fetchFrom({ connectionPool }, {
      maxWaitTime: 0,
      maxBytes: 1,
      topics: [{
        topic,
        partitions: [{ partition: 0, fetchOffset, maxBytes: 1 }],
      }],
    });
  return { asked, answers, fetchAt };
}

test("of two fetches of one place both are handed on, and each record is worked on once", async () => {
  const [old, current] = [broker(1), broker(2)];
  const unasked = new Map([[1, old], [2, current]]);
  const contiguity = new Contiguity({
    topic,
    partition: 0,
    isCompacted: false,
  });
  const handed: number[] = [];
  const followed: number[] = [];
  const [first, second] = [
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
  ];
  const stopped = Promise.withResolvers<void>();
  let next = "0";
  const manager = createFetchManager({
    logger,
    getNodeIds: () => [1, 2],
    concurrency: 1_000,
    // As kafkajs's `ConsumerGroup.fetch` does: from where reading has got to when it is asked.
    async fetch(nodeId) {
      const node = unasked.get(nodeId);
      unasked.delete(nodeId);
      if (node === undefined) {
        await stopped.promise;
        return [];
      }
      const from = next;
      const { responses } = await node.fetchAt(from);
      return responses.flatMap(({ topicName, partitions }) =>
        partitions.map((one) => new Batch(topicName, from, one))
      );
    },
    handler(batch) {
      next = String(Number(batch.lastOffset()) + 1);
      const { records } = recordsIn(batch);
      handed.push(...records.map(({ offset }) => offset));
      const left = contiguity.follow({
        partition: 0,
        records,
        fetchedOffset: fetchedOffset(batch),
        nextOffset: Number(next),
        commitOffset: () => Promise.resolve(),
        flow: { pause() {}, resume() {} },
      });
      followed.push(...left?.records.map(({ offset }) => offset) ?? []);
      (handed.length === END ? first : second).resolve();
      return Promise.resolve();
    },
  });
  const running = manager.start();
  await Promise.all([old.asked, current.asked]);
  current.answers();
  await first.promise;
  old.answers();
  await second.promise;
  const stopping = manager.stop();
  stopped.resolve();
  await Promise.all([stopping, running]);
  assert.equal(handed.length, 2 * END);
  assert.deepEqual(followed, [0, 1, 2, 3, 4]);
});
