import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { containerLimit, limitOf, watchMemory } from "./memory.ts";

const compose = (limit: string) => `
x-service: &service
  mem_limit: ${limit}
services:
  intake:
    <<: *service
`;

test("the limit is that of the intake's container by default, in bytes", () => {
  assert.equal(
    limitOf(compose("${EVENTFLOW_SERVICE_MEMORY:-384m}")),
    384 << 20,
  );
  assert.equal(limitOf(compose("${A:-1g}")), 1 << 30);
});

test("a limit that cannot be read is said, with what it is", () => {
  assert.throws(() => limitOf(compose("plenty")), /it is plenty/);
});

test("the intake's container has a limit", async () => {
  assert.ok(await containerLimit() > 64 << 20);
});

test("a watch tells what a process holds, and when that is too much", () => {
  let told = 0;
  const options = { tooMuchBytes: 1, onTooMuch: () => told++ };
  using watch = watchMemory(process.pid, options);
  assert.ok(watch.peakBytes > 1_000_000);
  assert.ok(told > 0);
});
