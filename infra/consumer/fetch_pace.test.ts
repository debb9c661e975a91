import assert from "node:assert/strict";
import { test } from "node:test";
import { received } from "#kit/kafka/test_processor.ts";
import { FetchPace } from "./fetch_pace.ts";

const FOREVER_MS = 2 ** 30;

const little = received(0);
const [record] = little.records;
assert.ok(record);
const much = {
  ...little,
  records: [{ ...record, bytes: 40_000 }, { ...record, bytes: 40_000 }],
};

/** Whether a promise is resolved before those that are known to be resolved soon. */
async function isResolved(promise: Promise<void>): Promise<boolean> {
  const soon = new Promise<false>((resolve) => setImmediate(resolve, false));
  return await Promise.race([promise.then(() => true), soon]);
}

test("behind little more is fetched after a while, so that what comes meanwhile is fetched together", async () => {
  await new FetchPace(1).after(little);
  const pace = new FetchPace(FOREVER_MS);
  const more = pace.after(little);
  assert.ok(more);
  assert.equal(await isResolved(more), false);
  pace.hurry();
  await more;
});

test("who got less waits for a smaller part of the while", async () => {
  const several = { ...little, records: Array(5).fill(record) };
  const shares = new FetchPace(50);
  const order: string[] = [];
  await Promise.all([
    shares.after(several)?.then(() => order.push("several")),
    shares.after(little)?.then(() => order.push("little")),
  ]);
  assert.deepEqual(order, ["little", "several"]);
});

test("who is behind does not wait, and nobody has him wait, whoever came first", async () => {
  const [first, later] = [new FetchPace(FOREVER_MS), new FetchPace(FOREVER_MS)];
  const waiting = first.after(little);
  assert.equal(first.after(much), undefined);
  await waiting;
  assert.equal(later.after(much), undefined);
  assert.equal(later.after(little), undefined);
});

test("what was behind a while ago hurries nobody", () => {
  let now = 0;
  const pace = new FetchPace(10, () => now);
  pace.after(much);
  now = 10;
  assert.ok(pace.after(little));
  pace.hurry();
});

test("without a pace nobody waits", () => {
  assert.equal(new FetchPace(0).after(little), undefined);
});
