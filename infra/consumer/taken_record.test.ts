import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { header } from "#kafka/headers.ts";
import { encodeRecordBatch } from "#kafka/kafkajs/wire/record_batch.ts";
import { PassedOnRecord } from "#kafka/passed_on_record.ts";
import { batch, read, record } from "#kit/kafka/kafkajs/test_batches.ts";
import { TakenRecord } from "./taken_record.ts";

function taken(): TakenRecord {
  const written = {
    ...record("value"),
    key: Buffer.from("key"),
    headers: [header("a", "1")],
  };
  const { records: [received] } = read([batch(0, [written])]);
  assert.ok(received !== undefined);
  return new TakenRecord(received);
}

test("a copy has all fields of the record", () => {
  const { key, value, headers, ...more } = { ...taken(), topic: "out" };
  assert.deepEqual([`${key}`, `${value}`], ["key", "value"]);
  assert.deepEqual(
    headers.map(({ name, value }) => [name, `${value}`]),
    [["a", "1"]],
  );
  assert.equal(more.topic, "out");
  assert.equal(more.offset, 0);
});

test("a record goes on as a slice, and a copy that says something else as what it says", () => {
  const record = taken();
  assert.ok(new PassedOnRecord("out", record).slice !== undefined);
  const copy = { ...record, value: Buffer.from("another value") };
  const bytes = encodeRecordBatch([new PassedOnRecord("out", copy)], {
    producerId: 1n,
    producerEpoch: 0,
    firstSequence: 0,
    isTransactional: false,
  }, 0);
  assert.ok(bytes.includes("another value"));
});
