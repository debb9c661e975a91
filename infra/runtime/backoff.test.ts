import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { backoffMs, orAborted, sleep } from "./backoff.ts";

test("a wait is at least 0 and below both the cap and the doubled base", () => {
  fc.assert(
    fc.property(
      fc.nat(100),
      fc.integer({ min: 1, max: 1_000 }),
      fc.integer({ min: 1, max: 60_000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempt, baseMs, maxMs, random) => {
        const ms = backoffMs({ attempt, baseMs, maxMs, random: () => random });
        assert.ok(ms >= 0 && ms <= maxMs && ms <= baseMs * 2 ** attempt);
      },
    ),
  );
});

test("an aborted signal ends a sleep at once", async () => {
  const controller = new AbortController();
  const slept = sleep(3_600_000, controller.signal);
  controller.abort();
  await slept;
  await sleep(3_600_000, controller.signal);
});

test("work is waited for until its end, or until nobody wants it any more", async () => {
  const stopping = new AbortController();
  const { signal } = stopping;
  assert.equal(await orAborted(Promise.resolve("done"), signal), "done");
  await assert.rejects(
    orAborted(Promise.reject(new Error("failed")), signal),
    /^Error: failed$/,
  );
  const work = Promise.withResolvers<string>();
  const waiting = orAborted(work.promise, signal);
  stopping.abort();
  assert.equal(await waiting, undefined);
  work.reject(new Error("that nobody hears of"));
  assert.equal(await orAborted(new Promise(() => {}), signal), undefined);
});
