import assert from "node:assert/strict";
import { test } from "node:test";
import { Metrics } from "#runtime/metrics.ts";
import { paymentJson } from "#kit/payment.ts";
import { record } from "#kit/validated_record.ts";
import { handle } from "./handle.ts";
import { sentinelMetrics } from "./metrics.ts";

const good = record(1, paymentJson());
const corrupt = record(2, "{}");

test("an event is handled", () => {
  assert.deepEqual(handle(good), { kind: "done" });
});

test("a record that cannot be read is a dead letter with its reason", () => {
  const outcome = handle(corrupt);
  assert.ok(outcome.kind === "dead-letter");
  assert.equal(outcome.rejection.code, "contract_violation");
});

test("an event counts when it is finished, a dead letter and a failed try do not", async () => {
  const metrics = new Metrics("anomaly-sentinel");
  const worker = sentinelMetrics(metrics);
  const results = [good, corrupt].map((one) => ({
    record: one,
    outcome: handle(one),
  }));
  worker.failed([good]);
  worker.committed({ results, seconds: 0.5 });
  const page = await metrics.render();
  assert.match(page, /^eventflow_sentinel_events_total 1$/m);
  assert.match(page, /^eventflow_sentinel_processing_errors_total 1$/m);
  assert.match(
    page,
    /^eventflow_sentinel_processing_latency_seconds_count 2$/m,
  );
});
