import assert from "node:assert/strict";
import { test } from "node:test";
import { FatalError, TransientError } from "#runtime/errors.ts";
import { NotOwnerError } from "#kafka/port.ts";
import { done } from "./handler.ts";
import { PartitionProcessors } from "./partition_processors.ts";
import { processor, received } from "#kit/kafka/test_processor.ts";

test("batches are finished one after the other, in order", async () => {
  const { processor: one, told, idle } = processor({});
  one.accept(received(0, 1, 2));
  one.accept(received(9));
  await idle;
  assert.deepEqual(told, [
    "taken 2",
    "committed to 1",
    "taken 2",
    "committed to 9",
  ]);
});

test("a transient failure is tried again, and the handler runs once if only committing failed", async () => {
  let handled = 0;
  let failures = 2;
  const { processor: one, told, idle } = processor({
    handle: (records) => {
      handled++;
      return Promise.resolve(records.map(() => done));
    },
    commit: () =>
      failures-- > 0
        ? Promise.reject(new TransientError("away"))
        : Promise.resolve({ kind: "committed" }),
  });
  one.accept(received(9));
  await idle;
  assert.deepEqual(told, [
    "taken 1",
    "retrying 1",
    "retrying 2",
    "committed to 9",
  ]);
  assert.equal(handled, 1);
});

test("a counter that throws stops the process, and never commits a batch twice", async () => {
  let commits = 0;
  const { processor: one, told, idle } = processor({
    commit: () => {
      commits++;
      return Promise.resolve({ kind: "committed" });
    },
  }, {
    committed: () => {
      throw new TypeError("no such label");
    },
  });
  one.accept(received(9));
  await idle;
  assert.deepEqual(told, ["taken 1", "failed: TypeError: no such label"]);
  assert.equal(commits, 1);
});

test("a lost partition ends the processor, and nothing more is taken up", async () => {
  const { processor: one, told, idle } = processor({
    commit: () => Promise.reject(new NotOwnerError("another's")),
  });
  one.accept(received(0, 1, 2));
  await idle;
  one.accept(received(9));
  await one.end();
  assert.deepEqual(told, ["taken 2", "lost", "ended"]);
});

test("a fatal error, or a handler that forgets a record, stops the process", async () => {
  const fatal = processor({
    handle: () => Promise.reject(new FatalError("broken")),
  });
  fatal.processor.accept(received(9));
  await fatal.idle;
  assert.deepEqual(fatal.told, ["taken 1", "failed: FatalError: broken"]);
  const forgetful = processor({ handle: () => Promise.resolve([]) });
  forgetful.processor.accept(received(9));
  await forgetful.idle;
  assert.match(`${forgetful.told}`, /0 outcomes for 1 records/);
});

test("ending finishes the batch in hand and drops the rest", async () => {
  const committing = Promise.withResolvers<{ kind: "committed" }>();
  const begun = Promise.withResolvers<void>();
  const { processor: one, told } = processor({
    commit: () => {
      begun.resolve();
      return committing.promise;
    },
  });
  one.accept(received(0, 1, 2));
  await begun.promise;
  const ended = one.end();
  committing.resolve({ kind: "committed" });
  await ended;
  assert.deepEqual(told, ["taken 2", "committed to 1", "ended"]);
});

test("ending does not wait for what is being retried", async () => {
  const retried = Promise.withResolvers<void>();
  const { processor: one, told } = processor({
    handle: () => Promise.reject(new TransientError("away")),
  }, { retrying: () => retried.resolve() });
  one.accept(received(0));
  await retried.promise;
  await one.end();
  assert.deepEqual(told, ["taken 1", "ended"]);
});

test("fetching pauses when too much waits, and resumes when little does", async () => {
  const { processor: one, idle } = processor({});
  const big = received(0, 1, 2, 3, 4);
  one.accept(big);
  assert.deepEqual(big.flows, ["pause"]);
  const next = received(9);
  one.accept(next);
  await idle;
  assert.deepEqual(big.flows, ["pause", "resume"]);
});

test("a batch the group is past already ends the wait for it", async () => {
  let known = false;
  const { processor: one, told, idle } = processor({
    commit: ({ nextOffset }) => {
      if (known) {
        return Promise.resolve({ kind: "superseded", position: nextOffset });
      }
      known = true;
      return Promise.reject(new TransientError("committed, but who knows"));
    },
  });
  one.accept(received(0));
  await idle;
  assert.deepEqual(told, ["taken 1", "retrying 1", "superseded"]);
});

test("once closed, no batch begins a processor", async () => {
  let opened = 0;
  const processors = new PartitionProcessors(() => {
    opened++;
    return processor({}).processor;
  });
  await processors.close();
  processors.received(received(0));
  assert.equal(opened, 0);
});
