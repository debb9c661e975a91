import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { headers as names } from "#contracts/headers.ts";
import {
  at,
  batch,
  read,
  record,
  sealed,
  withBody,
} from "#kit/kafka/kafkajs/test_batches.ts";
import { header } from "./headers.ts";
import { encodeRecordBatch } from "./kafkajs/wire/record_batch.ts";
import { PassedOnRecord } from "./passed_on_record.ts";
import type { OutgoingRecord, ReceivedRecord } from "./port.ts";
import type { Part } from "./record_coordinates.ts";
import { withSource } from "./source_header.ts";
import { wholeRecord } from "./whole_record.ts";

const author = {
  producerId: 1n,
  producerEpoch: 0,
  firstSequence: 0,
  isTransactional: true,
};

function encoded(records: readonly OutgoingRecord[]): Buffer {
  return encodeRecordBatch(records, author, 0);
}

/** A record that goes on as one slice, and the same one field by field. */
function bothWays(received: ReceivedRecord, part?: Part) {
  const { key, value, headers } = wholeRecord(received);
  const fields = { topic: "out", key, value, headers };
  return {
    slice: withSource(new PassedOnRecord("out", received), received, part),
    fields: withSource(fields, wholeRecord(received), part),
  };
}

const bytes = (maxLength: number) =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const notPassedOn: readonly string[] = [
  names.source,
  names.replayFor,
  names.replayItem,
];
const passedOn = Object.values(names)
  .filter((name) => !notPassedOn.includes(name));
const anyHeader = (ofContract: readonly string[]) =>
  fc.record({
    name: fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(...ofContract),
    ),
    value: fc.oneof(
      bytes(200),
      fc.constantFrom("raw/1/7", "raw/1/7#2/3", "7", "").map(Buffer.from),
    ),
  });
const anyHeaders = (ofContract: readonly string[]) =>
  fc.oneof(
    fc.array(anyHeader(ofContract), { maxLength: 5 }),
    // From the 64th on their number takes two bytes.
    fc.array(anyHeader(ofContract), { minLength: 61, maxLength: 65 }),
  );
const anyRecord = fc.record({
  topic: fc.constant("t"),
  key: fc.option(bytes(80)),
  value: fc.option(bytes(20_000)),
  headers: fc.oneof(
    anyHeaders(passedOn),
    anyHeaders([...passedOn, ...notPassedOn]),
  ),
});
const anyPart = fc.option(
  fc.constantFrom({ item: 2, items: 3 }, { item: 1, items: 1 }),
  { nil: undefined },
);

for (const codec of ["none", "gzip"] as const) {
  test(`whatever came in a batch (compression: ${codec}), as one slice it is the bytes that it is field by field`, () => {
    fc.assert(
      fc.property(
        fc.array(anyRecord, { minLength: 1, maxLength: 100 }),
        anyPart,
        (written, part) => {
          const plain = batch(0, written);
          const { records } = read([
            codec === "none"
              ? plain
              : withBody(plain, 1, gzipSync(plain.subarray(at.records))),
          ]);
          assert.equal(records.length, written.length);
          const all = records.map((one) => bothWays(one, part));
          for (const { slice, fields } of all) {
            assert.deepEqual(encoded([slice]), encoded([fields]));
          }
          assert.deepEqual(
            encoded(all.map(({ slice }) => slice)),
            encoded(all.map(({ fields }) => fields)),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
}

test("what goes on with nothing left out is one slice, with its source behind it", () => {
  const headers = [header(names.provider, "someone")];
  const { records: [received] } = read([
    batch(0, [{ ...record("x"), headers }]),
  ]);
  assert.ok(received !== undefined);
  const { slice } = bothWays(received);
  assert.ok(slice instanceof PassedOnRecord && slice.slice !== undefined);
  assert.deepEqual(
    slice.headers.map(({ name, value }) => [name, `${value}`]),
    [[names.provider, "someone"], [names.source, "t/3/0"]],
  );
});

for (const name of [names.source, names.replayFor, names.replayItem]) {
  test(`with ${name}, which is not passed on, a record does not go on as it came`, () => {
    const headers = [
      header(name, "raw/1/7"),
      header(names.provider, "someone"),
    ];
    const { records: [received] } = read([
      batch(0, [{ ...record("x"), headers }]),
    ]);
    assert.ok(received !== undefined);
    const { slice } = bothWays(received);
    assert.ok(!(slice instanceof PassedOnRecord));
    assert.deepEqual(
      slice.headers.filter((one) => one.name === name)
        .map(({ value }) => `${value}`),
      name === names.source ? ["t/3/0"] : [],
    );
  });
}

/** A batch of one record with one header, of which the value is not there. */
function batchWithHeaderWithoutValue(): Buffer {
  const headers = [{ name: "a", value: Buffer.alloc(0) }];
  const bytes = batch(0, [{ ...record("x"), headers }]);
  // The length of what is not there is -1: in zigzag 1, in place of 0.
  assert.equal(bytes.at(-1), 0);
  bytes[bytes.length - 1] = 1;
  return sealed(bytes);
}

test("a header without a value goes on with an empty one, as it is read", () => {
  const { records: [received] } = read([batchWithHeaderWithoutValue()]);
  assert.ok(received !== undefined);
  assert.equal(received.slice, undefined, "copied it would stay without one");
  const { slice, fields } = bothWays(received);
  assert.deepEqual(encoded([slice]), encoded([fields]));
  const { records: [again] } = read([encoded([slice])]);
  assert.equal(again?.headers[0]?.value.length, 0);
  assert.ok(again?.slice !== undefined, "the value is there, and empty");
});

test("a name that is no UTF-8 goes on as it came", () => {
  const written = { ...record("x"), headers: [header("\x7f", "y")] };
  const bytes = batch(0, [written]);
  const at = bytes.indexOf("\x7f");
  bytes[at] = 0xff;
  const { records: [received] } = read([sealed(bytes)]);
  assert.ok(received !== undefined);
  assert.ok(
    encoded([bothWays(received).slice]).includes(
      Buffer.from([2, 0xff, 2, 0x79]),
    ),
  );
});

test("a record goes on as it came whatever becomes of the batch's other records", () => {
  const { records } = read([batch(0, [record("a"), record("b"), record("c")])]);
  const [, second] = records;
  assert.ok(second !== undefined);
  const { records: [again] } = read([encoded([bothWays(second).slice])]);
  assert.equal(`${again?.value}`, "b");
});
