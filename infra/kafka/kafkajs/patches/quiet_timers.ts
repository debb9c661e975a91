/// <reference path="./request_queue.d.ts" />
// Imported, not required: Deno lets a program without the right to read import what it is made of.
import requestQueue from "kafkajs/src/network/requestQueue/index.js";
import type { RequestQueue } from "kafkajs/src/network/requestQueue/index.js";

/** As in kafkajs: how soon waiting requests are looked at again, in milliseconds. */
const CHECK_INTERVAL_MS = 10;

/**
 * kafkajs 2.2 schedules a timer at `throttledUntil - now`, which lies in the past if the broker
 * never throttled it. The runtime takes that for 1 ms and warns the user of it
 * (TimeoutNegativeWarning). This is the same method with the time cut off at 0.
 */
export function quietNegativeTimeouts(): void {
  requestQueue.prototype.scheduleCheckPendingRequests = scheduleInTime;
}

function scheduleInTime(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId) return;
  const throttledMs = Math.max(0, this.throttledUntil - Date.now());
  const mustWait = throttledMs === 0 && this.pending.length > 0;
  this.throttleCheckTimeoutId = setTimeout(() => {
    this.throttleCheckTimeoutId = null;
    this.checkPendingRequests();
  }, mustWait ? CHECK_INTERVAL_MS : throttledMs);
}
