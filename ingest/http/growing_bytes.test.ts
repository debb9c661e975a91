import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { GrowingBytes } from "./growing_bytes.ts";

test("pieces are collected in their order, in twice their memory at most", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 3_000 })), (pieces) => {
      const whole = pieces.flatMap((piece) => [...piece]);
      const all = new GrowingBytes(whole.length);
      for (const piece of pieces) {
        const announced = all.capacityWith(piece.length);
        all.append(piece);
        assert.equal(all.capacity, announced);
        assert.ok(all.capacity <= Math.max(2 * all.length, 1_024));
        assert.ok(all.capacity <= Math.max(1, whole.length));
      }
      const taken = all.take();
      assert.deepEqual(taken, Uint8Array.from(whole));
      assert.equal(taken.buffer.byteLength, whole.length);
      assert.equal(all.capacity, 0);
    }),
  );
});

test("a piece does not keep the buffer alive that it came in", () => {
  const buffer = new Uint8Array(64 * 1024);
  const all = new GrowingBytes(1_000);
  all.append(buffer.subarray(5, 6));
  assert.equal(all.take().buffer.byteLength, 1);
});

test("more than was said is taken too", () => {
  const all = new GrowingBytes(10);
  const piece = Uint8Array.from({ length: 25 }, (_, at) => at);
  all.append(piece.subarray(0, 10));
  all.append(piece.subarray(10));
  assert.deepEqual(all.take(), piece);
});

test("memory that is given back is used again, whatever was in it", () => {
  const filled = new Uint8Array(200_000).fill(7);
  for (let round = 0; round < 3; round++) {
    const all = new GrowingBytes(1_000_000);
    all.append(filled);
    all.release();
    all.release();
    assert.equal(all.capacity, 0);
    const next = new GrowingBytes(1_000_000);
    const short = Uint8Array.from({ length: 150_000 }, (_, at) => at % 251);
    next.append(short);
    assert.deepEqual(next.take(), short);
  }
});
