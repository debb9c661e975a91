import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Queue, type Waiting } from "./queue.ts";

test("a queue gives what it took in order, but for what was taken out, once", () => {
  const step = fc.oneof(
    fc.constant("push" as const),
    fc.constant("shift" as const),
    fc.nat({ max: 50 }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const queue = new Queue<number>();
    const waiting: Waiting<number>[] = [];
    let model: number[] = [];
    for (const step of steps) {
      if (step === "push") {
        model.push(waiting.length);
        waiting.push(queue.push(waiting.length));
      } else if (step === "shift") {
        assert.equal(queue.shift(), model.shift());
      } else {
        const one = waiting[step];
        if (one === undefined) continue;
        assert.equal(queue.remove(one), model.includes(step));
        model = model.filter((item) => item !== step);
      }
      assert.equal(queue.length, model.length);
      assert.equal(queue.first, model[0]);
    }
    while (model.length > 0) assert.equal(queue.shift(), model.shift());
    assert.equal(queue.shift(), undefined);
  }));
});

test("what has left a queue holds nothing that is in it, and is not held by it", () => {
  const queue = new Queue<string>();
  const [first, middle] = ["first", "middle", "last"]
    .map((item) => queue.push(item));
  assert.ok(first && middle);
  queue.remove(middle);
  queue.shift();
  for (const left of [first, middle]) {
    assert.deepEqual([left.previous, left.next], [undefined, undefined]);
  }
  assert.deepEqual([queue.first, queue.length], ["last", 1]);
});
