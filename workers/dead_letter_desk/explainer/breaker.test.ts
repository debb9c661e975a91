import assert from "node:assert/strict";
import { test } from "node:test";
import { Breaker } from "./breaker.ts";

test("after some failures in a row nobody asks until its rest is over, and then one does", () => {
  let now = 0;
  const breaker = new Breaker({ failures: 2, restMs: 100, clockMs: () => now });
  breaker.failed();
  assert.equal(breaker.mayAsk(), true);
  breaker.failed();
  assert.equal(breaker.mayAsk(), false);
  now = 100;
  assert.deepEqual([breaker.mayAsk(), breaker.mayAsk()], [true, false]);
  breaker.failed();
  now = 150;
  assert.equal(breaker.mayAsk(), false);
  now = 200;
  assert.equal(breaker.mayAsk(), true);
  breaker.succeeded();
  assert.deepEqual([breaker.mayAsk(), breaker.mayAsk()], [true, true]);
});
