import assert from "node:assert/strict";
import { test } from "node:test";
import { headers } from "#contracts/headers.ts";
import { headerText } from "#kafka/headers.ts";
import { batchesOf } from "./backlog.ts";
import { eventMaker } from "./load/events.ts";

test("batches hold every event once, in order, and no more than 2,000", () => {
  const batches = [...batchesOf(backlog({ count: 4_500 }))];
  assert.deepEqual(batches.map(({ length }) => length), [2_000, 2_000, 500]);
  const again = eventMaker({ run: "test" });
  batches.flat().forEach(({ topic, key, value }, index) => {
    const { paymentId, json } = again(index);
    assert.deepEqual([topic, `${key}`, `${value}`], ["topic", paymentId, json]);
  });
});

test("a batch of large events is about a megabyte, and a larger event goes alone", () => {
  const lengths = (bytes: number) =>
    [...batchesOf(backlog({ count: 5, bytes }))].map(({ length }) => length);
  assert.deepEqual(lengths(400_000), [2, 2, 1]);
  assert.deepEqual(lengths(2_000_000), [1, 1, 1, 1, 1]);
});

test("a backlog is gone on with where it ended", () => {
  const [batch] = batchesOf(backlog({ from: 7, count: 1 }));
  assert.match(`${batch?.[0]?.value}`, /"event_id":"evt_test_7"/);
});

test("a record says when it was received, and from whom", () => {
  const [record] = [...batchesOf(backlog({ count: 1 }))].flat();
  const ofRecord = record?.headers ?? [];
  const receivedAt = Number(headerText(ofRecord, headers.receivedAt));
  assert.ok(Math.abs(receivedAt - Date.now()) < 60_000);
  assert.equal(headerText(ofRecord, headers.provider), "bench-provider");
});

function backlog(
  { from, count, bytes }: { from?: number; count: number; bytes?: number },
) {
  const make = eventMaker({ run: "test", ...(bytes && { bytes }) });
  return { topic: "topic", count, make, ...(from && { from }) };
}
