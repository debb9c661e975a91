import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { PartitionError } from "#runtime/errors.ts";
import type { ReadBatch, ReceivedRecord } from "#kafka/port.ts";
import { silentLog } from "#runtime/log.ts";
import { atRiskOf } from "./money_at_risk.ts";
import { PartitionTail } from "./partition_tail.ts";

const record = (offset: number): ReceivedRecord => ({
  topic: "t",
  partition: 0,
  offset,
  timestampMs: 0,
  key: null,
  value: Buffer.from('{"payload":{"amount":5,"currency":"USD"}}'),
  headers: [],
});

test("money before what cannot be read is counted, what lies behind is said not to be, and a later position is read from", async () => {
  const stopping = new AbortController();
  const askedFrom: (number | undefined)[] = [];
  const asked = Promise.withResolvers<void>();
  const tail = new PartitionTail({
    topic: "t",
    partition: 0,
    atRiskOf,
    log: silentLog(),
    signal: stopping.signal,
    kafka: {
      async *read({ ranges: [range] }) {
        await Promise.resolve();
        askedFrom.push(range?.from);
        const isPast = (range?.from ?? 0) > 2;
        const batch: ReadBatch = {
          partition: 0,
          records: isPast ? [record(20_000)] : [record(0), record(1)],
          gaps: [],
          nextOffset: isPast ? 20_001 : 2,
          ...(!isPast && { unreadable: new PartitionError("it is damaged") }),
        };
        yield batch;
        asked.resolve();
      },
    },
  });
  try {
    tail.follow(0);
    await asked.promise;
    assert.equal(tail.behind(0).amounts.get("USD"), 10);
    assert.equal(tail.unreadable, "it is damaged");
    // A person has moved the group past it.
    tail.follow(20_000);
    assert.equal(tail.unreadable, undefined);
    while (tail.behind(20_000).records === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(tail.unreadable, undefined);
    assert.deepEqual(askedFrom, [0, 20_000]);
  } finally {
    stopping.abort();
  }
});
