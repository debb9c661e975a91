import assert from "node:assert/strict";
import { test } from "node:test";
import { observedMetrics } from "#kit/simulator/test_doubles.ts";

test("every series exists from the start and is 0", async () => {
  const text = await observedMetrics().registry.render();
  const zeros = text.split("\n").filter((line) =>
    line.startsWith("eventflow_simulator_") && line.endsWith(" 0")
  );
  for (
    const series of [
      'authorize_requests_total{result="accepted"}',
      'webhook_attempts_total{provider="payment-provider",result="success",status_class="2xx"}',
      'webhook_attempts_total{provider="payment-provider",result="network_error",status_class="none"}',
      "webhook_retries_total",
      'payload_corrupted_total{provider="payment-provider",mode="negative_amount"}',
      'duplicate_events_total{provider="payment-provider"}',
      "webhook_latency_seconds_count",
      'auto_stream_events_total{provider="payment-provider",result="skipped"}',
    ]
  ) {
    assert.ok(zeros.includes(`eventflow_simulator_${series} 0`), series);
  }
});

test("an attempt is counted by the class of its answer, and timed", async () => {
  const { metrics, sample } = observedMetrics();
  metrics.attempted({ result: "http_error", status: 308, seconds: 0.2 });
  metrics.attempted({ result: "network_error", status: null, seconds: 3 });
  for (
    const labels of [
      'provider="payment-provider",result="http_error",status_class="3xx"',
      'provider="payment-provider",result="network_error",status_class="none"',
    ]
  ) {
    const series = `eventflow_simulator_webhook_attempts_total{${labels}}`;
    assert.equal(await sample(series), 1, labels);
  }
  const seconds = await sample(
    "eventflow_simulator_webhook_latency_seconds_sum",
  );
  assert.equal(seconds, 3.2);
});
