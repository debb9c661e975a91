import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isRetryable, retryAfterMs, waitMs } from "./retry.ts";

const policy = {
  maxAttempts: 10,
  backoffBaseMs: 500,
  backoffMaxMs: 5000,
  backoffJitterMs: 250,
  retryAfterMaxMs: 10_000,
};

test("no answer, 5xx, 408, 425 and 429 are retried, every other status is not", () => {
  const retried = Array.from({ length: 400 }, (_, n) => n + 100)
    .filter((status) => status < 500 && isRetryable(status));
  assert.deepEqual(retried, [408, 425, 429]);
  assert.ok(isRetryable(null));
  for (let status = 500; status < 600; status++) assert.ok(isRetryable(status));
});

test("the wait doubles with each attempt up to the maximum", () => {
  const waits = [1, 2, 3, 4, 5, 6, 60].map((attempt) =>
    waitMs(policy, { attempt, askedMs: 0, random: () => 0 })
  );
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 5000, 5000, 5000]);
});

test("jitter lengthens a wait by no more than its setting", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 100 }),
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    (attempt, chance) => {
      const calm = waitMs(policy, { attempt, askedMs: 0, random: () => 0 });
      const wait = waitMs(policy, {
        attempt,
        askedMs: 0,
        random: () => chance,
      });
      assert.ok(wait >= calm && wait <= calm + 250);
    },
  ));
});

test("Retry-After lengthens a wait up to its maximum and never shortens it", () => {
  const asked = (askedMs: number) =>
    waitMs(policy, { attempt: 1, askedMs, random: () => 0 });
  assert.equal(asked(0), 500);
  assert.equal(asked(400), 500);
  assert.equal(asked(7000), 7000);
  assert.equal(asked(86_400_000), 10_000);
});

test("Retry-After is read as seconds", () => {
  assert.equal(retryAfterMs("7", 0), 7000);
  assert.equal(retryAfterMs(" 0 ", 0), 0);
});

test("Retry-After is read as an HTTP date in each of its three forms", () => {
  // The examples of RFC 9110 §5.6.7.
  const now = Date.UTC(1994, 10, 6, 8, 49, 30);
  assert.equal(retryAfterMs("Sun, 06 Nov 1994 08:49:37 GMT", now), 7000);
  assert.equal(retryAfterMs("Sunday, 06-Nov-94 08:49:37 GMT", now), 7000);
  assert.equal(retryAfterMs("Sun Nov  6 08:49:37 1994", now), 7000);
});

test("a Retry-After that is absent, past or neither form asks for nothing", () => {
  const now = Date.UTC(2026, 0, 1);
  for (
    const header of [
      null,
      "",
      "Sun, 06 Nov 1994 08:49:37 GMT",
      "-5",
      "1.5",
      "soon",
      "Mon, nonsense",
      "2027-01-01T00:00:00Z",
    ]
  ) {
    assert.equal(retryAfterMs(header, now), 0, `${header}`);
  }
});
