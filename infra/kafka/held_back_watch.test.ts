import assert from "node:assert/strict";
import { test } from "node:test";
import { TransientError } from "#runtime/errors.ts";
import { describeHeldBack, HeldBackWatch } from "./held_back_watch.ts";

const transaction = {
  producerId: "4001",
  transactionalId: "elsewhere",
  sinceMs: 1_000,
  startOffset: 7,
};

function watching() {
  const asked: number[] = [];
  let nowMs = 0;
  const watch = new HeldBackWatch({
    topic: "t",
    afterMs: 45_000,
    clock: () => nowMs,
    admin: {
      openTransaction(_topic, partition) {
        asked.push(partition);
        return Promise.resolve(transaction);
      },
    },
  });
  return {
    asked,
    /** What is found at a time, of one partition that can be read so far and is written so far. */
    at(ms: number, readable: number, written: number) {
      nowMs = ms;
      return watch.look(new Map([[0, { readable, written }]]));
    },
  };
}

test("a partition whose readers stand before what is written is held back, in the end", async () => {
  const { at, asked } = watching();
  assert.deepEqual(await at(0, 7, 9), []);
  assert.deepEqual(await at(44_999, 7, 12), []);
  assert.deepEqual(asked, [], "nobody is asked while it may be one of ours");
  const [found] = await at(45_000, 7, 12);
  assert.deepEqual(found, {
    topic: "t",
    partition: 0,
    offsets: 5,
    forMs: 45_000,
    transaction,
  });
});

test("readers that go on are not held back, however much is written", async () => {
  const { at } = watching();
  for (let second = 0; second < 200; second++) {
    assert.deepEqual(await at(second * 1_000, second, second + 3), []);
  }
});

test("time counts anew once readers were at the end", async () => {
  const { at } = watching();
  await at(0, 7, 9);
  await at(40_000, 9, 9);
  assert.deepEqual(await at(80_000, 9, 11), []);
});

test("the sentence names the transaction's producer, its age and what to do", async () => {
  const { at } = watching();
  await at(0, 7, 9);
  const [found] = await at(60_000, 7, 9);
  assert.ok(found);
  assert.equal(
    describeHeldBack(found, 61_000),
    'partition 0 of t is held back at offset 7, with 2 offsets behind it, by a transaction of producer 4001 with transactional id "elsewhere", open for 60 s: have that producer end it, or abort it with "kafka-transactions.sh abort --topic t --partition 0 --start-offset 7"',
  );
});

test("that Kafka does not say whose the transaction is keeps no partition from being told", async () => {
  const watch = new HeldBackWatch({
    topic: "t",
    afterMs: 0,
    admin: {
      openTransaction: (_topic, partition) =>
        partition === 0
          ? Promise.reject(new TransientError("not authorized"))
          : Promise.resolve(transaction),
    },
  });
  const ends = { readable: 7, written: 9 };
  const held = await watch.look(new Map([[0, ends], [1, ends]]));
  assert.deepEqual(
    held.map(({ partition, transaction }) => [
      partition,
      transaction?.producerId,
    ]),
    [[0, undefined], [1, "4001"]],
  );
});
