import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
/// <reference path="./record_batch.d.ts" />
// The same bytes as kafkajs itself writes are what every broker has read for years.
import { RecordBatch } from "kafkajs/src/protocol/recordBatch/v0/index.js";
import Record from "kafkajs/src/protocol/recordBatch/record/v0/index.js";
import type { OutgoingRecord } from "../../port.ts";
import { encodeRecordBatch } from "./record_batch.ts";

const author = {
  producerId: 123_456_789_012n,
  producerEpoch: 7,
  firstSequence: 2_147_483_000,
  isTransactional: true,
};

async function byKafkajs(
  records: readonly OutgoingRecord[],
  { producerId, producerEpoch, firstSequence, isTransactional }: typeof author,
  timestampMs: number,
): Promise<Buffer> {
  const batch = await RecordBatch({
    partitionLeaderEpoch: -1,
    firstTimestamp: timestampMs,
    maxTimestamp: timestampMs,
    producerId: producerId.toString(),
    producerEpoch,
    firstSequence,
    transactional: isTransactional,
    lastOffsetDelta: records.length - 1,
    records: records.map(({ key, value, headers }, offsetDelta) =>
      Record({ key, value, offsetDelta, headers: tableOf(headers) })
    ),
  });
  return batch.buffer;
}

/** Without a prototype, or a header called "constructor" would meet one. */
function tableOf(headers: OutgoingRecord["headers"]) {
  const table: Record<string, Buffer> = Object.create(null);
  for (const { name, value } of headers) table[name] = value;
  return table;
}

const bytes = (maxLength: number) =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const anyRecord = fc.record({
  topic: fc.constant("a"),
  key: fc.option(bytes(80)),
  value: fc.option(bytes(20_000)),
  headers: fc.uniqueArray(
    fc.record({ name: fc.string({ unit: "binary" }), value: bytes(200) }),
    { selector: ({ name }) => name, maxLength: 5 },
  ),
});

test("a batch is the bytes that kafkajs makes of it, whatever is in it", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyRecord, { minLength: 1, maxLength: 100 }),
      fc.boolean(),
      async (records, isTransactional) => {
        const who = { ...author, isTransactional };
        const nowMs = 1_795_000_000_123;
        assert.deepEqual(
          encodeRecordBatch(records, who, nowMs),
          await byKafkajs(records, who, nowMs),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test("a header that occurs twice is written twice, in order", () => {
  const header = (value: string) => ({ name: "a", value: Buffer.from(value) });
  const [record] = [{
    topic: "a",
    key: null,
    value: null,
    headers: [header("first"), header("second")],
  }];
  const text = encodeRecordBatch([record], author, 0).toString("latin1");
  assert.ok(text.indexOf("first") > 0);
  assert.ok(text.indexOf("second") > text.indexOf("first"));
});
