import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { wholeRecord } from "../../whole_record.ts";
import type { AbortedTransaction } from "../transactions/aborted_transactions.ts";
import {
  at,
  batch,
  NOW_MS,
  offsetsOf,
  read,
  record,
  sealed,
  withBody,
} from "#kit/kafka/kafkajs/test_batches.ts";

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

test("what was written is read: keys, values, and headers as often as they occur", () => {
  fc.assert(
    fc.property(
      fc.array(anyRecord, { minLength: 1, maxLength: 100 }),
      fc.nat(2 ** 40),
      (written, baseOffset) => {
        const { records, taken, nextOffset } = read([
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

test("a record with ten thousand headers is read in one go, whatever they are called", () => {
  const names = ["constructor", "__proto__", "toString"];
  const headers = Array.from({ length: 10_000 }, (_, n) => ({
    name: names[n % 4] ?? `name ${n}`,
    value: Buffer.from(`${n}`),
  }));
  const { records } = read([batch(0, [{ ...record("x"), headers }])]);
  assert.deepEqual(records.map(wholeRecord)[0]?.headers, headers);
});

test("a batch compressed with gzip is read", () => {
  const plain = batch(5, [record("a"), record("b")]);
  const compressed = withBody(plain, 1, gzipSync(plain.subarray(at.records)));
  const { records } = read([compressed, batch(7, [record("c")])]);
  assert.deepEqual(
    records.map(({ offset, value }) => [offset, `${value}`]),
    [[5, "a"], [6, "b"], [7, "c"]],
  );
});

test("where the broker's clock counts, every record has its time", () => {
  const bytes = batch(0, [record("a")]);
  bytes.writeInt16BE(8, 21);
  bytes.writeBigInt64BE(1_795_000_999_999n, 35);
  const { records } = read([sealed(bytes)]);
  assert.equal(records[0]?.timestampMs, 1_795_000_999_999);
});

test("a batch that is cut off is left for the next fetch, wherever it is cut", () => {
  const [whole, cut] = [batch(0, [record("a")]), batch(1, [record("b")])];
  for (let length = 0; length < cut.length; length++) {
    const fetched = read([whole, cut.subarray(0, length)]);
    assert.equal(fetched.records.length, 1);
    assert.equal(fetched.nextOffset, 1);
  }
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

const visible = (
  batches: readonly Buffer[],
  aborted: readonly AbortedTransaction[],
) => offsetsOf(read(batches, { aborted }));

test("overlapping aborted transactions are hidden though they are listed in the order of their ends", () => {
  assert.deepEqual(
    visible([
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

test("several transactions that began before the fetched records are all hidden", () => {
  assert.deepEqual(
    visible([
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

test("a record whose key looks like a marker ends no transaction", () => {
  const lookalike = batch(1, [{
    ...record(""),
    key: Buffer.from([0, 0, 0, 0]),
  }], { producerId: 1n, isTransactional: true });
  assert.deepEqual(
    visible([data(0, 1n), lookalike, data(2, 1n)], [
      { producerId: 1n, firstOffset: 0 },
    ]),
    [],
  );
});

test("hidden records take their offsets", () => {
  const fetched = read([
    data(0, 1n),
    marker(1, 1n, "abort"),
    batch(2, [record("a")]),
  ], { aborted: [{ producerId: 1n, firstOffset: 0 }] });
  assert.deepEqual(fetched.taken, [{ from: 0, to: 3 }]);
  assert.equal(fetched.nextOffset, 3);
});
