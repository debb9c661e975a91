import type { WorkerMetrics } from "#consumer/handler.ts";
import { anomalyLevels, anomalySignals } from "#contracts/anomaly.ts";
import { providerLabel, providerLabels } from "#contracts/providers.ts";
import type { Metrics } from "#runtime/metrics.ts";
import type { Finding } from "./detection/alarm.ts";
import { levelOf } from "./detection/segment.ts";
import { seriesSpecs } from "./detection/signals.ts";
import { MINUTE_MS } from "./detection/slots.ts";
import type { Judge } from "./judge/judge.ts";

/**
 * What sentinel counts: each record once, when it is finished and its position committed. Boards and alerts ask for
 * these three by name. Every worker's own, such as lag and dead letters, come with the runtime.
 */
export function sentinelMetrics(metrics: Metrics): WorkerMetrics {
  const events = metrics.counter({
    name: "eventflow_sentinel_events_total",
    answers: "How many events have been counted for anomalies, and how fast?",
    help: "Events counted; dead letters are not among them.",
  });
  const errors = metrics.counter({
    name: "eventflow_sentinel_processing_errors_total",
    answers: "Does sentinel have to try again?",
    help: "Failed tries that are repeated; dead letters are not among them.",
  });
  const latency = metrics.histogram({
    name: "eventflow_sentinel_processing_latency_seconds",
    answers: "How long does sentinel hold a record?",
    help: "From taken up to committed, per record.",
  });
  return {
    consumed() {},
    committed({ results, seconds }) {
      latency.observe(seconds, {}, results.length);
      for (const { outcome } of results) {
        if (outcome.kind !== "dead-letter") events.add(1, {});
      }
    },
    failed: () => errors.add(1, {}),
  };
}

/** Everything together, as a value of the label `provider`. */
const ALL = "all";

const labels = {
  signal: anomalySignals,
  provider: [ALL, ...providerLabels],
} as const;

export type AnomalyMetrics = {
  found(finding: Finding): void;
  judged(judge: Pick<Judge, "detector">): void;
  /** Another judges: what this instance knew is old. */
  left(): void;
};

/** How many standard deviations are shown as usual. */
const BAND = 3;

export function anomalyMetrics(metrics: Metrics): AnomalyMetrics {
  const open = metrics.gauge({
    name: "eventflow_anomaly_open",
    answers: "Is anything out of the usual in the flow of payments?",
    help: "Anomalies that are open, by signal, provider and level.",
    labels: { ...labels, level: anomalyLevels },
  });
  const found = metrics.counter({
    name: "eventflow_anomalies_total",
    answers: "How often is something found to be out of the usual?",
    help: "Anomalies told, by signal and by what became of them.",
    labels: { signal: anomalySignals, state: ["opened", "closed"] },
  });
  const outlook = (name: string, what: string) =>
    metrics.gauge({
      name: `eventflow_anomaly_${name}`,
      answers:
        `How does what is observed compare with what is usual (${name})?`,
      help:
        `${what} in the latest 15 minutes that were judged: payments for volume, failed ones for approval.`,
      labels: { signal: [], provider: [] },
    });
  const observed = outlook("observed", "What was counted");
  const expected = outlook("expected", "What is usual");
  const lower = outlook("lower", "The lower end of what chance explains");
  const upper = outlook("upper", "The upper end of what chance explains");
  const until = metrics.gauge({
    name: "eventflow_sentinel_judged_until_timestamp_seconds",
    answers: "How far are minutes judged?",
    help: "The end of the latest minute that was judged or left out.",
  });
  const known = [open, observed, expected, lower, upper, until];
  const forget = () => known.forEach((gauge) => gauge.clear());
  forget();

  return {
    found({ state, alarm }) {
      found.add(1, { signal: signalOf(alarm.series), state });
    },
    judged({ detector }) {
      forget();
      const { next, alarms } = detector.state;
      if (next !== null) until.set(next * MINUTE_MS / 1000, {});
      // Nothing open and nobody who judges are told apart.
      for (const signal of anomalySignals) {
        open.set(0, { signal, provider: ALL, level: "all" });
      }
      const counts = new Map<string, number>();
      for (const { series, path } of alarms) {
        const one = {
          signal: signalOf(series),
          provider: labelOf(path[0]),
          level: levelOf(path),
        };
        const key = Object.values(one).join(" ");
        counts.set(key, (counts.get(key) ?? 0) + 1);
        open.set(counts.get(key) ?? 1, one);
      }
      for (const one of detector.outlook()) {
        const labels = { signal: one.signal, provider: labelOf(one.provider) };
        const band = BAND * Math.sqrt(one.variance);
        observed.set(one.observed, labels);
        expected.set(one.expected, labels);
        lower.set(Math.max(0, one.expected - band), labels);
        upper.set(one.expected + band, labels);
      }
    },
    left: forget,
  };
}

function labelOf(
  provider: string | undefined,
): (typeof labels.provider)[number] {
  return provider === undefined ? ALL : providerLabel(provider);
}

function signalOf(series: string) {
  return seriesSpecs.find(({ id }) => id === series)?.signal ?? "volume";
}
