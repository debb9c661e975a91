import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { PartitionError } from "#runtime/errors.ts";
import { wholeRecord } from "../../whole_record.ts";
import { MOST_DECOMPRESSED_BYTES, MOST_RECORDS } from "./fetched_records.ts";
import {
  at,
  batch,
  offsetsOf,
  read,
  record,
  sealed,
  withBody,
} from "#kit/kafka/kafkajs/test_batches.ts";

const payment = (amount: string) =>
  record(`{"payload":{"amount":${amount},"currency":"USD"}}`);
const before = batch(5, [payment("1.00"), payment("2.00")]);
const behind = batch(9, [payment("3.00")]);

/** Reads a batch that lies at offset 7 between two good ones. */
const readBetween = (bytes: Buffer) =>
  read([before, bytes, behind], { from: 5 });

/** Asserts that what lies before it is read, and that the partition ends there with a sentence. */
function assertUnreadable(bytes: Buffer, sentence: RegExp): void {
  const fetched = readBetween(bytes);
  assert.deepEqual(offsetsOf(fetched), [5, 6]);
  assert.equal(fetched.nextOffset, 7);
  assert.ok(fetched.unreadable instanceof PartitionError);
  assert.match(fetched.unreadable.message, sentence);
  assert.match(fetched.unreadable.message, /^Cannot read from t\/3\/7 on: /);
  assert.match(fetched.unreadable.message, /move the group's position past it/);
}

test("a digit of an amount that is changed is found, and what lies before it is read", () => {
  const bytes = batch(7, [payment("49.90")]);
  bytes[bytes.indexOf("49.90")] = "9".charCodeAt(0);
  assertUnreadable(
    bytes,
    /has other bytes than were written \(their CRC-32C is [0-9a-f]{8}, and [0-9a-f]{8} was written\)/,
  );
});

test("whichever bit of a batch is changed, no record is other than it was written", () => {
  const written = [payment("49.90"), payment("12.00")];
  for (
    const whole of [
      batch(7, written),
      withBody(
        batch(7, written),
        1,
        gzipSync(batch(7, written).subarray(at.records)),
      ),
    ]
  ) {
    const good = new Map(
      read([before, whole, behind], { from: 5 }).records
        .map((one) => [String(one.value), wholeRecord(one)]),
    );
    for (let bit = 0; bit < 8 * whole.length; bit++) {
      const bytes = Buffer.from(whole);
      bytes[bit >>> 3] = (bytes[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      const fetched = readBetween(bytes);
      for (const one of fetched.records) {
        // No checksum covers the base offset. A larger one leaves a gap, which whoever reads looks for.
        const { offset: _, ...known } = good.get(String(one.value)) ?? {};
        const { offset: __, ...found } = wholeRecord(one);
        assert.deepEqual(found, known);
      }
      const offsets = offsetsOf(fetched);
      assert.deepEqual(offsets, [...new Set(offsets)].sort((a, b) => a - b));
      const isHarmless = bit >>> 3 >= 12 && bit >>> 3 < at.magic;
      if (bit >>> 3 >= at.magic) assert.ok(fetched.unreadable, `bit ${bit}`);
      if (isHarmless) assert.deepEqual(offsets, [5, 6, 7, 8, 9]);
    }
  }
});

test("whatever bytes a broker answers with, reading them ends with a sentence or with records", () => {
  const whole = batch(7, [payment("49.90"), payment("12.00")]);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), {
        maxLength: 8,
      }),
      fc.boolean(),
      fc.nat(whole.length),
      (changes, hasRightChecksum, length) => {
        const bytes = Buffer.from(whole);
        for (const [coordinates, byte] of changes) bytes[coordinates] = byte;
        if (hasRightChecksum) sealed(bytes);
        const fetched = read([before, bytes.subarray(0, length)], { from: 5 });
        for (const one of fetched.records) wholeRecord(one);
        assert.deepEqual(offsetsOf(fetched).slice(0, 2), [5, 6]);
      },
    ),
    { numRuns: 3_000 },
  );
});

test("an answer that begins with a batch that is cut off has no way on", () => {
  const whole = batch(7, [payment("1.00")]);
  for (const length of [1, 11, 12, 40, whole.length - 1]) {
    const fetched = read([whole.subarray(0, length)], { from: 7 });
    assert.match(fetched.unreadable?.message ?? "", /t\/3\/7 on: .*is cut off/);
    assert.equal(fetched.nextOffset, 7);
  }
});

test("lengths, counts and offsets that cannot be are damage", () => {
  const change = (write: (bytes: Buffer) => void, seal = true) => {
    const bytes = batch(7, [payment("1.00"), payment("2.00")]);
    write(bytes);
    if (!seal) return bytes;
    const length = bytes.readInt32BE(at.length);
    sealed(bytes);
    bytes.writeInt32BE(length, at.length);
    return bytes;
  };
  const cases: [Buffer, RegExp][] = [
    [
      change((b) => b.writeInt32BE(-12, at.length)),
      /says that it is -12 bytes/,
    ],
    [change((b) => b.writeInt32BE(-1, at.length)), /says that it is -1 bytes/],
    [change((b) => b.writeInt32BE(20, at.length)), /shorter than its header/],
    [
      change((b) => b.writeInt32BE(-1, at.count)),
      /says that it has -1 records/,
    ],
    [
      change((b) => b.writeInt32BE(1, at.count)),
      /more in it than its 1 records/,
    ],
    [change((b) => b.writeInt32BE(3, at.count)), /not as long as it says/],
    [change((b) => b.writeInt32BE(-1, 23)), /its offsets are 7 to 6/],
    [
      change((b) => b.writeInt32BE(0, 23)),
      /a record of offset 8, where one of 8 to 7/,
    ],
    [change((b) => b.writeBigInt64BE(-7n, 0)), /its offsets are -7 to -6/],
    [
      change((b) => b.writeBigInt64BE(6n, 0)),
      /offsets are 6 to 7, which lie before it/,
    ],
  ];
  for (const [bytes, sentence] of cases) assertUnreadable(bytes, sentence);
});

test("a first batch that ends before what was asked for is damage, not a record passed over", () => {
  const fetched = read([batch(3, [payment("1.00")])], { from: 5 });
  assert.equal(fetched.nextOffset, 5);
  assert.match(
    fetched.unreadable?.message ?? "",
    /3 to 3, which lie before it/,
  );
});

test("a record whose parts are not as long as it says is damage", () => {
  const bodies: [string, number[]][] = [
    ["a length that ends behind the batch", [100, 0, 0, 0, 1, 1, 0]],
    ["a negative length", [1, 0, 0, 0, 1, 1, 0]],
    ["a key that ends behind the record", [14, 0, 0, 0, 20, 1, 0, 0]],
    ["a key of a length below -1", [12, 0, 0, 0, 3, 1, 0]],
    ["a negative number of headers", [12, 0, 0, 0, 1, 1, 1]],
    ["more headers than there are bytes", [12, 0, 0, 0, 1, 1, 20]],
    ["a header without a name", [16, 0, 0, 0, 1, 1, 2, 1, 1]],
    ["bytes behind its headers", [14, 0, 0, 0, 1, 1, 0, 0]],
    ["fewer bytes than it says", [12, 0, 0, 0, 1, 1]],
    ["a number of six bytes", [22, 0, 0, 128, 128, 128, 128, 128, 0, 1, 1, 0]],
    ["a number of eleven bytes", [
      ...[34, 0, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 1],
      ...[0, 1, 1, 0],
    ]],
    ["nothing", []],
  ];
  const whole = batch(7, [record("")]);
  for (const [what, body] of bodies) {
    const { unreadable } = readBetween(withBody(whole, 0, Buffer.from(body)));
    assert.match(
      unreadable?.message ?? what,
      /not as long as it says|more than (32|64) bits|more in it than/,
      what,
    );
  }
});

test("a codec that nobody knows and formats of before Kafka 0.11 are named", () => {
  const whole = batch(7, [payment("1.00")]);
  assertUnreadable(
    withBody(whole, 5, whole.subarray(at.records)),
    /compressed with codec 5, .*a newer EventFlow may read/,
  );
  for (const magic of [0, 1, 3]) {
    const old = Buffer.from(whole);
    old[at.magic] = magic;
    assertUnreadable(old, new RegExp(`is of format ${magic}, .*2 alone`));
  }
  // As short as a message of the first format can be.
  const oldest = Buffer.alloc(26);
  oldest.writeInt32BE(14, at.length);
  assertUnreadable(oldest, /is of format 0/);
});

test("a batch that decompresses to more than is read is given up, and named", () => {
  const whole = batch(7, [payment("1.00")]);
  const bomb = gzipSync(Buffer.alloc(MOST_DECOMPRESSED_BYTES + 1), {
    level: 1,
  });
  assertUnreadable(
    withBody(whole, 1, bomb),
    /is larger than 33554432 bytes .*have it write smaller batches/,
  );
});

test("a batch of more records than are read is given up before they are made", () => {
  const bytes = batch(7, [payment("1.00")]);
  bytes.writeInt32BE(MOST_RECORDS + 1, at.count);
  assertUnreadable(sealed(bytes), /has 250001 records/);
});

test("a payment of 6 MiB in a batch that is small is read", () => {
  const large = batch(7, [payment(`1${"0".repeat(6 * 1024 * 1024)}`)]);
  const bytes = withBody(large, 1, gzipSync(large.subarray(at.records)));
  assert.ok(bytes.length < 64 * 1024);
  const { records, unreadable } = read([bytes], { from: 7 });
  assert.equal(unreadable, undefined);
  assert.ok((records[0]?.value?.length ?? 0) > 6 * 1024 * 1024);
});

test("many batches that are large together are taken over several answers", () => {
  const big = Buffer.from("x".repeat(3 * 1024 * 1024));
  const of = (offset: number) => {
    const whole = batch(offset, [{ ...record(""), value: big }]);
    return withBody(whole, 1, gzipSync(whole.subarray(at.records)));
  };
  const all = Array.from({ length: 20 }, (_, n) => of(n));
  const answers: number[] = [];
  for (let from = 0; from < all.length;) {
    const { nextOffset, unreadable } = read(all.slice(from), { from });
    assert.equal(unreadable, undefined);
    assert.ok(nextOffset !== undefined && nextOffset > from);
    answers.push(nextOffset - from);
    from = nextOffset;
  }
  assert.deepEqual(answers, [6, 6, 6, 2]);
  // What another partition has brought counts too, and what is not compressed is read all the same.
  const decompressed = { bytes: 16 * 1024 * 1024 };
  assert.equal(read(all, { decompressed }).nextOffset, undefined);
  assert.deepEqual(
    offsetsOf(read([batch(0, [payment("1")]), of(1)], { decompressed })),
    [0],
  );
});

test("a batch of which compaction has left nothing is passed over", () => {
  const empty = batch(7, [payment("1.00"), payment("2.00")])
    .subarray(0, at.records);
  empty.writeInt32BE(0, at.count);
  for (const isControl of [false, true]) {
    const attributes = isControl ? 16 | 32 : 0;
    empty.writeInt16BE(attributes, at.attributes);
    const fetched = readBetween(sealed(Buffer.from(empty)));
    assert.deepEqual(offsetsOf(fetched), [5, 6, 9]);
    assert.deepEqual(fetched.taken, [{ from: 5, to: 7 }, { from: 9, to: 10 }]);
  }
});
