import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLog } from "#runtime/log.ts";
import { Metrics } from "#runtime/metrics.ts";
import { createIntakeEvents } from "./intake_events.ts";
import type { Received } from "./receive.ts";

const refused: Received = {
  accepted: false,
  refusal: "unavailable",
  cause: new Error("Kafka is away"),
};

test("a flood of events Kafka does not take is one log line a second, and all are counted", async () => {
  const lines: unknown[][] = [];
  const log = silentLog().with({});
  log.warn = (...line: unknown[]) => Promise.resolve(void lines.push(line));
  const metrics = new Metrics("intake");
  let nowMs = 0;
  const events = createIntakeEvents({
    metrics,
    log,
    clock: () => nowMs,
    queuedBytes: () => 0,
    maxQueuedBytes: 1_000,
  });
  const tooLarge: Received = { ...refused, refusal: "too_large_for_topic" };
  for (; nowMs < 2_500; nowMs++) {
    events.answered(refused, 0.001);
    if (nowMs === 1_500) events.answered(tooLarge, 0.001);
  }
  const statuses = lines.map((line) =>
    /"status":(\d+)/.exec(JSON.stringify(line))?.[1]
  );
  assert.deepEqual(statuses, ["503", "503", "413", "503"]);
  assert.match(JSON.stringify(lines[1]), /"refused":1000/);
  assert.match(await metrics.render(), /result="unavailable"\} 2500/);
});
