import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { crc32c } from "./crc32c.ts";

/** Bit by bit, as the polynomial is defined. */
function slowly(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc >>> 1) ^ ((crc & 1) === 1 ? 0x82f63b78 : 0);
    }
  }
  return ~crc >>> 0;
}

test("the examples of RFC 3720 come to what it says", () => {
  const of = (bytes: number[]) =>
    crc32c(Uint8Array.from(bytes), 0, bytes.length);
  const count = Array.from({ length: 32 }, (_, n) => n);
  assert.equal(of(count.map(() => 0)), 0x8a9136aa);
  assert.equal(of(count.map(() => 0xff)), 0x62a8ab43);
  assert.equal(of(count), 0x46dd794e);
  assert.equal(of(count.toReversed()), 0x113fdb5c);
  assert.equal(crc32c(Buffer.from("123456789"), 0, 9), 0xe3069283);
});

test("any bytes, from and to any place, come to what the definition says", () => {
  fc.assert(fc.property(
    fc.uint8Array({ maxLength: 200 }),
    fc.nat(200),
    fc.nat(200),
    (bytes, a, b) => {
      const start = Math.min(a, b, bytes.length);
      const end = Math.min(Math.max(a, b), bytes.length);
      assert.equal(
        crc32c(bytes, start, end),
        slowly(bytes.subarray(start, end)),
      );
    },
  ));
});
