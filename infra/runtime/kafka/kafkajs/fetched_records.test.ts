import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import type { OutgoingRecord } from "../port.ts";
import { wholeRecord } from "../whole_record.ts";
import { type AbortedTransaction, readRecords } from "./fetched_records.ts";
import { encodeRecordBatch } from "./record_batch.ts";

const NOW_MS = 1_795_000_000_123;

const record = (value: string): OutgoingRecord => ({
  topic: "t",
  key: null,
  value: Buffer.from(value),
  headers: [],
});

/** A batch as a broker keeps it. */
function batch(
  baseOffset: number,
  records: readonly OutgoingRecord[],
  { producerId = 1n, isTransactional = false, isControl = false } = {},
): Buffer {
  const author = {
    producerId,
    producerEpoch: 0,
    firstSequence: 0,
    isTransactional,
  };
  const bytes = Buffer.from(encodeRecordBatch(records, author, NOW_MS));
  bytes.writeBigInt64BE(BigInt(baseOffset), 0);
  if (isControl) bytes.writeInt16BE(bytes.readInt16BE(21) | 32, 21);
  return bytes;
}

const read = (
  batches: readonly Buffer[],
  aborted: readonly AbortedTransaction[] = [],
) => readRecords(Buffer.concat(batches), { topic: "t", partition: 3, aborted });

const bytes = (maxLength: number) =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const anyRecord = fc.record({
  topic: fc.constant("t"),
  key: fc.option(bytes(80)),
  value: fc.option(bytes(20_000)),
  headers: fc.array(
    fc.record(
      { name: fc.string({ unit: "binary" }), value: bytes(200) },
      { noNullPrototype: true },
    ),
    { maxLength: 5 },
  ),
}, { noNullPrototype: true });

test("what was written is read: keys, values, and headers as often as they occur", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyRecord, { minLength: 1, maxLength: 100 }),
      fc.nat(2 ** 40),
      async (written, baseOffset) => {
        const { records, taken, nextOffset } = await read([
          batch(baseOffset, written),
        ]);
        const end = baseOffset + written.length;
        assert.deepEqual(
          records.map(wholeRecord),
          written.map((one, index) => ({
            ...one,
            partition: 3,
            offset: baseOffset + index,
            timestampMs: NOW_MS,
          })),
        );
        assert.deepEqual([taken, nextOffset], [
          [{ from: baseOffset, to: end }],
          end,
        ]);
      },
    ),
    { numRuns: 60 },
  );
});

test("a record with ten thousand headers is read in one go, whatever they are called", async () => {
  const names = ["constructor", "__proto__", "toString"];
  const headers = Array.from({ length: 10_000 }, (_, n) => ({
    name: names[n % 4] ?? `name ${n}`,
    value: Buffer.from(`${n}`),
  }));
  const { records } = await read([batch(0, [{ ...record("x"), headers }])]);
  assert.deepEqual(records[0]?.headers, headers);
});

test("a batch compressed with gzip is read", async () => {
  const plain = batch(5, [record("a"), record("b")]);
  const compressed = Buffer.concat([
    plain.subarray(0, 61),
    gzipSync(plain.subarray(61)),
  ]);
  compressed.writeInt32BE(compressed.length - 12, 8);
  compressed.writeInt16BE(1, 21);
  const { records } = await read([compressed, batch(7, [record("c")])]);
  assert.deepEqual(
    records.map(({ offset, value }) => [offset, `${value}`]),
    [[5, "a"], [6, "b"], [7, "c"]],
  );
});

test("where the broker's clock counts, every record has its time", async () => {
  const bytes = batch(0, [record("a")]);
  bytes.writeInt16BE(8, 21);
  bytes.writeBigInt64BE(1_795_000_999_999n, 35);
  const { records } = await read([bytes]);
  assert.equal(records[0]?.timestampMs, 1_795_000_999_999);
});

test("a batch that is cut off is left for the next fetch, wherever it is cut", async () => {
  const [whole, cut] = [batch(0, [record("a")]), batch(1, [record("b")])];
  for (let length = 0; length < cut.length; length++) {
    const fetched = await read([whole, cut.subarray(0, length)]);
    assert.equal(fetched.records.length, 1);
    assert.equal(fetched.nextOffset, 1);
  }
});

test("a format from before Kafka 0.11 is refused", async () => {
  const old = batch(0, [record("a")]);
  old[16] = 1;
  await assert.rejects(read([old]), /t\/3 .* before Kafka 0\.11/);
});

const data = (offset: number, producerId: bigint) =>
  batch(offset, [record(`${offset}`)], { producerId, isTransactional: true });
const marker = (
  offset: number,
  producerId: bigint,
  type: "abort" | "commit",
) =>
  batch(offset, [{
    ...record(""),
    key: Buffer.from([0, 0, 0, type === "abort" ? 0 : 1]),
  }], { producerId, isTransactional: true, isControl: true });

const visible = async (
  batches: readonly Buffer[],
  aborted: readonly AbortedTransaction[],
) => (await read(batches, aborted)).records.map(({ offset }) => offset);

test("overlapping aborted transactions are hidden though they are listed in the order of their ends", async () => {
  assert.deepEqual(
    await visible([
      data(0, 1n),
      data(1, 2n),
      data(2, 3n),
      marker(3, 2n, "abort"),
      marker(4, 1n, "abort"),
      marker(5, 3n, "commit"),
      data(6, 1n),
      marker(7, 1n, "commit"),
    ], [
      { producerId: 2n, firstOffset: 1 },
      { producerId: 1n, firstOffset: 0 },
    ]),
    [2, 6],
  );
});

test("several transactions that began before the fetched records are all hidden", async () => {
  assert.deepEqual(
    await visible([
      data(10, 2n),
      data(11, 1n),
      marker(12, 1n, "abort"),
      marker(13, 2n, "abort"),
      data(14, 2n),
    ], [
      { producerId: 1n, firstOffset: 3 },
      { producerId: 2n, firstOffset: 4 },
    ]),
    [14],
  );
});

test("a record whose key looks like a marker ends no transaction", async () => {
  const lookalike = batch(1, [{
    ...record(""),
    key: Buffer.from([0, 0, 0, 0]),
  }], { producerId: 1n, isTransactional: true });
  assert.deepEqual(
    await visible([data(0, 1n), lookalike, data(2, 1n)], [
      { producerId: 1n, firstOffset: 0 },
    ]),
    [],
  );
});

test("hidden records take their offsets", async () => {
  const fetched = await read([
    data(0, 1n),
    marker(1, 1n, "abort"),
    batch(2, [record("a")]),
  ], [{ producerId: 1n, firstOffset: 0 }]);
  assert.deepEqual(fetched.taken, [{ from: 0, to: 3 }]);
  assert.equal(fetched.nextOffset, 3);
});
