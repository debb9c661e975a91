import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { test } from "node:test";
import { Turnstile } from "./turnstile.ts";

test("so many pass in a turn, the others in the next ones, in their order", async () => {
  const turnstile = new Turnstile(2);
  const passed: number[] = [];
  const all = Array.from({ length: 5 }, async (_, n) => {
    await turnstile.pass();
    passed.push(n);
  });
  await Promise.resolve();
  assert.deepEqual(passed, [0, 1]);
  await Promise.all(all);
  assert.deepEqual(passed, [0, 1, 2, 3, 4]);
});

test("nobody waits where few come", async () => {
  const turnstile = new Turnstile(1);
  for (let n = 0; n < 3; n++) {
    assert.equal(turnstile.pass(), undefined);
    await new Promise<void>((next) => setImmediate(() => setImmediate(next)));
  }
});
