// What a processor does when not one record but everyone's fails, or when there are too many dead letters.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { PartitionError, TransientError } from "#runtime/errors.ts";
import { done, eachRecord, type Handler } from "./handler.ts";
import { OutageRule, OutageSuspectedError } from "./outage_rule.ts";
import { processor, received } from "#kit/kafka/test_processor.ts";

/** A handler that throws the same bug on every record while `broken()`. */
const breaking = (broken: (offset: number) => boolean): Handler =>
  eachRecord(({ offset }) => {
    if (broken(offset)) throw new TypeError("a bug");
    return done;
  });

test("what fails on everyone is neither committed nor dead-lettered until it passes", async () => {
  let broken = true;
  let tries = 0;
  const { processor: one, told, idle } = processor({
    handle: breaking(() => broken),
    outage: new OutageRule(3),
    maxRecords: 500,
  }, {
    retrying({ error }) {
      assert.ok(error instanceof OutageSuspectedError);
      broken = ++tries < 3;
    },
  });
  one.accept(received(0, 1, 2, 3, 9));
  await idle;
  assert.equal(tries, 3);
  assert.deepEqual(told, ["taken 5", "committed to 9"]);
});

test("an outage is found over batches of one record, and its tries count no key twice", async () => {
  let broken = true;
  let tries = 0;
  const finished = Promise.withResolvers<void>();
  const { processor: one, told } = processor({
    handle: breaking((offset) => broken || offset === 4),
    outage: new OutageRule(3),
    maxRecords: 1,
  }, {
    retrying: () => broken = ++tries < 4,
    committed({ results }) {
      for (const { record: { offset }, outcome } of results) {
        told.push(`${offset} ${outcome.kind}`);
        if (offset === 9) finished.resolve();
      }
    },
  });
  one.accept(received(0, 1, 2, 3, 4, 9));
  await finished.promise;
  assert.equal(tries, 4);
  assert.deepEqual(told.filter((what) => !what.startsWith("taken")), [
    "0 dead-letter",
    "1 dead-letter",
    "2 done",
    "3 done",
    "4 dead-letter",
    "9 done",
  ]);
});

test("past the cap a batch waits uncommitted, is charged once, and goes on by itself", async () => {
  const delays = [1, 1, 0];
  const taken: number[] = [];
  let failures = 1;
  const { processor: one, told, idle } = processor({
    handle: breaking((offset) => offset === 0),
    cap: {
      take(count) {
        taken.push(count);
        return delays.shift() ?? assert.fail("charged again");
      },
    },
    commit: () =>
      failures-- > 0
        ? Promise.reject(new TransientError("away"))
        : Promise.resolve({ kind: "committed" }),
  });
  one.accept(received(0, 9));
  await idle;
  assert.deepEqual(taken, [1, 1, 1]);
  assert.deepEqual(told, [
    "taken 2",
    "capped 1",
    "capped 1",
    "retrying 1",
    "committed to 9",
  ]);
});

test("ending does not wait for the cap, and writes nothing past it", async () => {
  const capped = Promise.withResolvers<void>();
  const { processor: one, told } = processor({
    handle: breaking(() => true),
    cap: { take: () => 3_600_000 },
    commit: () => assert.fail("committed"),
  }, { capped: () => capped.resolve() });
  one.accept(received(0));
  await capped.promise;
  await one.end();
  assert.deepEqual(told, ["taken 1", "ended"]);
});

test("ending does not wait for Kafka to say where the group is", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const { processor: one, told } = processor({
    verify() {
      asked.resolve();
      return answer.promise;
    },
  });
  await asked.promise;
  await one.end();
  answer.reject(new PartitionError("past the end"));
  await setImmediate();
  assert.deepEqual(told, ["ended"], "what comes too late is nobody's");
});

test("Kafka is not asked where the group is while it has not answered yet", async () => {
  let asked = 0;
  const answer = Promise.withResolvers<void>();
  const { processor: one, idle } = processor({
    verify() {
      asked++;
      return answer.promise;
    },
  });
  await setImmediate();
  one.verify();
  one.verify();
  answer.resolve();
  one.accept(received(9));
  await idle;
  assert.equal(asked, 1);
});
