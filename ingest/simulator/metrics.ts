/**
 * What happens in the simulator: each occurrence has its counter defined here and nowhere else.
 *
 * @module
 */
import type { Metrics } from "#runtime/metrics.ts";
import { providerNames } from "../provider_accounts/names.ts";
import { type CorruptionMode, corruptionModes } from "./corruption.ts";
import { type FraudKind, fraudKinds } from "./customers/fraud_kinds.ts";
import { type IncidentKind, incidentKinds } from "./incidents/kinds.ts";
import { type VoiceCorruption, voiceCorruptions } from "./voices/corruption.ts";

const attemptResults = ["success", "http_error", "network_error"] as const;
const statusClasses = ["2xx", "3xx", "4xx", "5xx", "none"] as const;
const authorizeResults = ["accepted", "failed"] as const;
const streamResults = [
  "accepted",
  "failed",
  "refused",
  "silent",
  "skipped",
  "late",
] as const;

/** What the simulator calls the provider that has no accounts. */
export const OWN_PROVIDER = "payment-provider";
const senders = [OWN_PROVIDER, ...providerNames] as const;
export type Sender = (typeof senders)[number];

/** Everybody whom the simulator may play. */
export const everySender: readonly Sender[] = senders;

const modes = [...new Set([...corruptionModes, ...voiceCorruptions])];

export type AttemptResult = typeof attemptResults[number];
export type StreamResult = typeof streamResults[number];

/** Of one provider that the simulator plays. */
export type SimulatorMetrics = ReturnType<typeof simulatorMetrics>[Sender];

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
    labels: {
      provider: senders,
      result: attemptResults,
      status_class: statusClasses,
    },
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
    labels: { provider: senders, mode: modes },
  });
  const duplicates = metrics.counter({
    name: "eventflow_simulator_duplicate_events_total",
    answers: "How many events were sent twice on purpose?",
    help: "Events sent a second time on purpose.",
    labels: { provider: senders },
  });
  const latency = metrics.histogram({
    name: "eventflow_simulator_webhook_latency_seconds",
    answers: "How long did the simulator wait for answers?",
    help: "Seconds from sending an attempt to its answer or failure.",
  });
  const streamEvents = metrics.counter({
    name: "eventflow_simulator_auto_stream_events_total",
    answers: "How did the events of the stream end?",
    help:
      "Scheduled events: accepted or failed; refused, as they were signed " +
      "with another secret on purpose; silent, as an outage was switched on; " +
      "skipped as too many deliveries were " +
      "under way; late as the process stood still.",
    labels: { provider: senders, result: streamResults },
  });

  const incidents = metrics.counter({
    name: "eventflow_simulator_incident_events_total",
    answers: "What did the incidents that were switched on change?",
    help:
      "Events that were not sent (provider-outage), payments that issuers decided as they do " +
      "amid an approval-drop, payments of a fraud-ring, and webhooks that " +
      "were sent again and again (duplicate-storm).",
    labels: { provider: senders, kind: incidentKinds },
  });
  const frauds = metrics.counter({
    name: "eventflow_simulator_frauds_total",
    answers: "How many of the made-up payments are frauds?",
    help: "Payments, tried or made, that are frauds by kind.",
    labels: { provider: senders, kind: fraudKinds },
  });

  const of = (provider: Sender) => ({
    authorized: (ok: boolean) =>
      authorizeRequests.add(1, { result: ok ? "accepted" : "failed" }),
    attempted: (
      { result, status, seconds }: {
        result: AttemptResult;
        status: number | null;
        seconds: number;
      },
    ) => {
      const status_class = statusClassOf(status);
      attempts.add(1, { provider, result, status_class });
      latency.observe(seconds, {});
    },
    retried: () => retries.add(1, {}),
    corrupted: (mode: CorruptionMode | VoiceCorruption) =>
      corruptions.add(1, { provider, mode }),
    incidentAt: (kind: IncidentKind) => incidents.add(1, { provider, kind }),
    defrauded: (kind: FraudKind) => frauds.add(1, { provider, kind }),
    duplicated: () => duplicates.add(1, { provider }),
    streamed: (result: StreamResult, count = 1) =>
      streamEvents.add(count, { provider, result }),
  });
  return ofEach(of);
}

/** One for each provider that may be played. */
function ofEach<T>(of: (provider: Sender) => T): Readonly<Record<Sender, T>> {
  // Its keys are all of them.
  return Object.fromEntries(
    senders.map((sender) => [sender, of(sender)]),
  ) as Record<Sender, T>;
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
