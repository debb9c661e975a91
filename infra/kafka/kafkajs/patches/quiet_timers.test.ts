import assert from "node:assert/strict";
import { test } from "node:test";
import requestQueue from "kafkajs/src/network/requestQueue/index.js";
import { quietNegativeTimeouts } from "./quiet_timers.ts";

/** As much of a queue as decides on a timer; `checked` is settled when it is looked at. */
function queue(
  { pending, throttledUntil }: {
    pending: readonly unknown[];
    throttledUntil: number;
  },
) {
  quietNegativeTimeouts();
  const { promise: checked, resolve } = Promise.withResolvers<void>();
  const made = {
    pending,
    throttledUntil,
    throttleCheckTimeoutId: null as unknown,
    checkPendingRequests: resolve,
    scheduleCheckPendingRequests:
      requestQueue.prototype.scheduleCheckPendingRequests,
  };
  made.scheduleCheckPendingRequests();
  return { made, checked };
}

test("a request that waits is looked at again, throttled or not", async () => {
  for (const throttledUntil of [-1, Date.now() + 20]) {
    const { made, checked } = queue({ pending: ["one"], throttledUntil });
    assert.notEqual(made.throttleCheckTimeoutId, null);
    await checked;
    assert.equal(made.throttleCheckTimeoutId, null);
  }
});

test("no timer is set while nothing waits, as after nearly each answer", () => {
  const { made } = queue({ pending: [], throttledUntil: -1 });
  assert.equal(made.throttleCheckTimeoutId, null);
});
