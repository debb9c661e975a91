import assert from "node:assert/strict";
import { test } from "node:test";
import { PartitionError } from "#runtime/errors.ts";
import type { ReadOptions } from "#kafka/port.ts";
import { keptSince } from "./retention.ts";

const DAY_MS = 86_400_000;
const nowMs = 100 * DAY_MS;

/** Asks of a topic with these first records, by partition: where each is, and of which day. */
function ask(
  firsts: readonly { offset: number; day: number | "unreadable" | undefined }[],
  config: Readonly<Record<string, string>> = {},
) {
  const offsets = (more: number) =>
    Promise.resolve(
      new Map(firsts.map(({ offset }, n) => [n, offset + more])),
    );
  return keptSince({
    topic: "topic",
    nowMs,
    admin: {
      startOffsets: () => offsets(0),
      endOffsets: () => offsets(10),
      topics: () => Promise.resolve([{ name: "topic", partitions: 2, config }]),
    },
    kafka: {
      async *read({ topic, ranges: [range] }: ReadOptions) {
        await Promise.resolve();
        assert.ok(range);
        const { partition, to } = range;
        const first = firsts[partition];
        const records = typeof first?.day !== "number" ? [] : [{
          topic,
          partition,
          offset: first.offset,
          timestampMs: first.day * DAY_MS,
          key: null,
          value: null,
          headers: [],
        }];
        const nothing = { partition, records: [], gaps: [] };
        if (first?.day === "unreadable") {
          const unreadable = new PartitionError("it is a test");
          yield { ...nothing, nextOffset: first.offset, unreadable };
        } else yield { ...nothing, records, nextOffset: to };
      },
    },
  });
}

test("a topic from which nothing was removed holds everything", async () => {
  assert.equal(await ask([{ offset: 0, day: 1 }]), undefined);
});

test("a topic holds everything since the youngest of its partitions' first records, where something was removed", async () => {
  const firsts = [
    { offset: 5, day: 60 },
    { offset: 5, day: 70 },
    { offset: 0, day: 80 },
  ];
  assert.equal(await ask(firsts), 70 * DAY_MS);
});

test("what is younger than its retention is there, however young the first record", async () => {
  const firsts = [{ offset: 5, day: undefined }, { offset: 5, day: 99 }];
  const config = { "retention.ms": `${30 * DAY_MS}` };
  assert.equal(await ask(firsts, config), 70 * DAY_MS);
});

test("where bytes are limited too, age proves nothing", async () => {
  const config = { "retention.ms": `${30 * DAY_MS}`, "retention.bytes": "9" };
  assert.equal(await ask([{ offset: 5, day: 99 }], config), 99 * DAY_MS);
  assert.equal(await ask([{ offset: 5, day: undefined }], config), nowMs);
});

test("a partition whose first record cannot be read says nothing about time", async () => {
  const unreadable = { offset: 5, day: "unreadable" } as const;
  assert.equal(await ask([unreadable]), undefined);
  assert.equal(await ask([unreadable, { offset: 5, day: 10 }]), 10 * DAY_MS);
});
