/**
 * What happens in the simulator: each occurrence has its counter defined here and nowhere else.
 *
 * @module
 */
import type { Metrics } from "#runtime/metrics.ts";
import { type CorruptionMode, corruptionModes } from "./corruption.ts";

const attemptResults = ["success", "http_error", "network_error"] as const;
const statusClasses = ["2xx", "3xx", "4xx", "5xx", "none"] as const;
const authorizeResults = ["accepted", "failed"] as const;
const streamResults = ["accepted", "failed", "skipped", "late"] as const;

export type AttemptResult = typeof attemptResults[number];
export type StreamResult = typeof streamResults[number];

export type SimulatorMetrics = ReturnType<typeof simulatorMetrics>;

export function simulatorMetrics(metrics: Metrics) {
  const authorizeRequests = metrics.counter({
    name: "eventflow_simulator_authorize_requests_total",
    answers:
      "How many payments did the simulator authorise, and how did they end?",
    help: "Authorisations, requested or streamed, by what became of them.",
    labels: { result: authorizeResults },
  });
  const attempts = metrics.counter({
    name: "eventflow_simulator_webhook_attempts_total",
    answers: "What did the intake answer the simulator?",
    help: "Webhook delivery attempts by result and class of the answer.",
    labels: { result: attemptResults, status_class: statusClasses },
  });
  const retries = metrics.counter({
    name: "eventflow_simulator_webhook_retries_total",
    answers: "How often did the simulator have to send again?",
    help: "Attempts after the first of a delivery.",
  });
  const corruptions = metrics.counter({
    name: "eventflow_simulator_payload_corrupted_total",
    answers: "How many events were corrupted on purpose, and how?",
    help: "Events broken on purpose, by how.",
    labels: { mode: corruptionModes },
  });
  const duplicates = metrics.counter({
    name: "eventflow_simulator_duplicate_events_total",
    answers: "How many events were sent twice on purpose?",
    help: "Events sent a second time on purpose.",
  });
  const latency = metrics.histogram({
    name: "eventflow_simulator_webhook_latency_seconds",
    answers: "How long did the simulator wait for answers?",
    help: "Seconds from sending an attempt to its answer or failure.",
  });
  const streamEvents = metrics.counter({
    name: "eventflow_simulator_auto_stream_events_total",
    answers: "How did the events of the stream end?",
    help: "Scheduled events: accepted or failed; skipped as too many " +
      "deliveries were under way; late as the process stood still.",
    labels: { result: streamResults },
  });

  return {
    authorized: (ok: boolean) =>
      authorizeRequests.add(1, { result: ok ? "accepted" : "failed" }),
    attempted: (
      { result, status, seconds }: {
        result: AttemptResult;
        status: number | null;
        seconds: number;
      },
    ) => {
      attempts.add(1, { result, status_class: statusClassOf(status) });
      latency.observe(seconds, {});
    },
    retried: () => retries.add(1, {}),
    corrupted: (mode: CorruptionMode) => corruptions.add(1, { mode }),
    duplicated: () => duplicates.add(1, {}),
    streamed: (result: StreamResult, count = 1) =>
      streamEvents.add(count, { result }),
  };
}

function statusClassOf(status: number | null): typeof statusClasses[number] {
  switch (status === null ? 0 : Math.floor(status / 100)) {
    case 2:
      return "2xx";
    case 3:
      return "3xx";
    case 4:
      return "4xx";
    case 5:
      return "5xx";
    default:
      return "none";
  }
}
