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
 *
 * kafkajs does so after each answer, too, behind which nothing waits as a rule. Then no timer is set: a request that
 * has to wait asks for one itself.
 */
export function quietNegativeTimeouts(): void {
  requestQueue.prototype.scheduleCheckPendingRequests = scheduleInTime;
}

function scheduleInTime(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId || this.pending.length === 0) return;
  const throttledMs = Math.max(0, this.throttledUntil - Date.now());
  this.throttleCheckTimeoutId = setTimeout(() => {
    this.throttleCheckTimeoutId = null;
    this.checkPendingRequests();
  }, throttledMs === 0 ? CHECK_INTERVAL_MS : throttledMs);
}
