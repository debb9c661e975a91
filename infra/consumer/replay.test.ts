import assert from "node:assert/strict";
import { test } from "node:test";
import { header } from "#kafka/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { withSource } from "#kafka/source_header.ts";
import { addressedTo } from "./replay.ts";
import { done, type Outcome } from "./handler.ts";

function record(offset: number, addressee?: string): ReceivedRecord {
  return {
    topic: "validated",
    partition: 0,
    offset,
    timestampMs: 0,
    key: null,
    value: null,
    headers: addressee === undefined
      ? []
      : [header("eventflow-replay-for", addressee)],
  };
}

const forwarded = (offset: number): Outcome => ({
  kind: "forward",
  records: [{ topic: `${offset}`, key: null, value: null, headers: [] }],
});

test("a handler is shown what is for its service or for all, and outcomes stay with their records", async () => {
  const seen: number[] = [];
  const handle = addressedTo("mine", (records) => {
    seen.push(...records.map(({ offset }) => offset));
    return Promise.resolve(records.map(({ offset }) => forwarded(offset)));
  });
  const records = [
    record(0, "another"),
    record(1),
    record(2, "mine"),
    record(3, "another"),
    record(4),
  ];
  const passedOver = { kind: "done", as: "passed_over" };
  assert.deepEqual(await handle(records), [
    passedOver,
    forwarded(1),
    forwarded(2),
    passedOver,
    forwarded(4),
  ]);
  assert.deepEqual(seen, [1, 2, 4]);
});

test("a handler is not called for what is another's alone", async () => {
  const handle = addressedTo("mine", () => {
    throw new Error("It was called");
  });
  const outcomes = await handle([record(0, "another"), record(1, "another")]);
  assert.deepEqual(outcomes.map(({ kind }) => kind), ["done", "done"]);
});

test("a handler that says too few outcomes is not covered up", async () => {
  const handle = addressedTo("mine", () => Promise.resolve([done]));
  const outcomes = await handle([record(0), record(1, "another"), record(2)]);
  assert.equal(outcomes.length, 1);
});

test("what a service forwards of a replay that was for it alone is for all", () => {
  const { headers } = record(0, "mine");
  const one = { topic: "out", key: null, value: null, headers };
  assert.deepEqual(
    withSource(one, record(7, "mine")).headers.map(({ name }) => name),
    ["eventflow-source"],
  );
});
