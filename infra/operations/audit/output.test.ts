import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { DIGEST_BYTES, digestOf } from "./digest.ts";
import { decodeOutput, encodeOutput, OUTPUT_BYTES } from "./output.ts";

const digest = fc.uint8Array({
  minLength: DIGEST_BYTES,
  maxLength: DIGEST_BYTES,
}).map((bytes) => Buffer.from(bytes));
const partition = fc.nat();
const offset = fc.nat({ max: 2 ** 48 - 1 });
const output = fc.record({
  kind: fc.constantFrom(
    "record",
    "dead letter",
    "row",
    "superseded row",
    "unmapped",
  ),
  source: fc.record({ partition, offset }, { noNullPrototype: true }),
  partition,
  offset,
  digest: fc.option(digest, { nil: undefined }),
  replay: fc.option(digest, { nil: undefined }),
  part: fc.option(
    fc.record({
      item: fc.integer({ min: 1, max: 1000 }),
      items: fc.integer({ min: 2, max: 1000 }),
    }, { noNullPrototype: true }),
    { nil: undefined },
  ),
  version: fc.option(fc.integer({ min: 1, max: 2 ** 31 }), { nil: undefined }),
}, { noNullPrototype: true });

test("an output is decoded as it was encoded", () => {
  fc.assert(fc.property(output, (one) => {
    const entry = encodeOutput(one);
    assert.equal(entry.length, OUTPUT_BYTES);
    assert.deepEqual(decodeOutput(entry), one);
  }));
});

test("entries are in the order of their sources", () => {
  fc.assert(fc.property(output, output, (one, other) => {
    const order = one.source.partition - other.source.partition ||
      one.source.offset - other.source.offset;
    const ofBytes = Buffer.compare(encodeOutput(one), encodeOutput(other));
    if (order !== 0) assert.equal(ofBytes, Math.sign(order));
  }));
});

test("no value has another digest than an empty one", () => {
  assert.notDeepEqual(digestOf(null), digestOf(Buffer.alloc(0)));
});
