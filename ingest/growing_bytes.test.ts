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
      assert.deepEqual(all.take(), Uint8Array.from(whole));
      assert.equal(all.take().buffer.byteLength, whole.length);
    }),
  );
});

test("a piece does not keep the buffer alive that it came in", () => {
  const buffer = new Uint8Array(64 * 1024);
  const all = new GrowingBytes(1_000);
  all.append(buffer.subarray(5, 6));
  assert.equal(all.take().buffer.byteLength, 1);
});
