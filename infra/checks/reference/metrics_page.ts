import { type DefinedMetric, Metrics } from "#runtime/metrics.ts";
import { silentLog } from "#runtime/log.ts";
import { consumers } from "#contracts/services.ts";
import { topics } from "#contracts/topics.ts";
import {
  commonWorkerMetrics,
  measureWaiting,
} from "#consumer/worker_metrics.ts";
import { simulatorMetrics } from "../../../ingest/simulator/metrics.ts";
import { doorMetrics } from "../../../ingest/intake/door_metrics.ts";
import { createIntakeEvents } from "../../../ingest/intake/intake_events.ts";
import { createRejectionEvents } from "../../../ingest/intake/rejections/rejection_events.ts";
import { analyticsMetrics } from "../../../workers/analytics/metrics.ts";
import { RecentEvents } from "../../../workers/analytics/recent_events.ts";
import {
  deadLetterDeskMetrics,
  explanationMetrics,
  replayMetrics,
} from "../../../workers/dead_letter_desk/metrics.ts";
import {
  enrichmentMetrics,
  measureTimeline,
} from "../../../workers/enrichment/metrics.ts";
import {
  anomalyMetrics,
  sentinelMetrics,
} from "../../../workers/sentinel/metrics.ts";
import { enrichedWriterMetrics } from "../../../workers/enriched_writer/metrics.ts";
import { observerMetrics } from "../../../workers/observer/metrics.ts";
import { persistenceMetrics } from "../../../workers/persistence/metrics.ts";
import { measureReachable } from "../../../workers/persistence/reachable.ts";
import { validatorMetrics } from "../../../workers/validator/metrics.ts";
import { code, generatedPage, table } from "./markdown.ts";

/** Labels with more values than this are not all written out. */
const MAX_VALUES_SHOWN = 20;

/** Every metric of every service, with the question it answers. */
export function metricsPage(): string {
  const ofEvery = definedBy(() => {});
  const isOfEvery = new Set(ofEvery.map(({ name }) => name));
  const section = (title: string, define: (metrics: Metrics) => void) => [
    `## ${title}`,
    metricsTable(definedBy(define).filter(({ name }) => !isOfEvery.has(name))),
  ];
  return generatedPage({
    title: "Metrics",
    source: "the `metrics.ts` of each service",
    parts: [
      "Each service serves its own at `/metrics`, in the text format of Prometheus. Every series of a closed set of labels exists from the start with 0, and no label ever holds an id or text of an event. What `prom-client` measures of the process and its runtime (`process_…`, `nodejs_…`) comes with them.",
      "## Every service",
      metricsTable(ofEvery),
      ...section("Webhook intake", (metrics) => {
        createIntakeEvents({
          metrics,
          log: silentLog(),
          clock: Date.now,
          queuedBytes: () => 0,
          maxQueuedBytes: 0,
        });
        doorMetrics(metrics);
        createRejectionEvents(metrics);
      }),
      ...section("Every worker", (metrics) => {
        commonWorkerMetrics(metrics, "SERVICE");
        measureWaiting(metrics, () => 0);
      }),
      `If a label is \`SERVICE\`, its value is one of ${
        Object.values(consumers).map(({ service }) => code(service)).join(", ")
      }.`,
      ...section(
        "Validator",
        (metrics) =>
          validatorMetrics(metrics, {
            config: {
              rawTopic: topics.raw.name,
              validatedTopic: topics.validated.name,
              unmappedTopic: topics.unmapped.name,
            },
            seen: new WeakMap(),
          }),
      ),
      ...section("Analytics", (metrics) =>
        analyticsMetrics(metrics, {
          rawTopic: "",
          events: new WeakMap(),
          recent: new RecentEvents(1),
          clock: () => new Date(),
        })),
      ...section("Persistence", (metrics) => {
        persistenceMetrics(metrics, { events: new WeakMap(), clock: Date.now });
        measureReachable(metrics, { answers: true });
      }),
      "Persistence serves the same at `/actuator/prometheus`, where the service was scraped that stood in its place before: there each series has the label `application` with the value `persistent-consumer-java`, and the age of events is there as `eventflow_persistence_event_age_ms_milliseconds` too. `/actuator/health`, `/actuator/health/liveness` and `/actuator/health/readiness` answer as they did.",
      ...section("Dead letter desk", (metrics) => {
        deadLetterDeskMetrics(metrics);
        replayMetrics(metrics);
        explanationMetrics(metrics);
      }),
      ...section("Enrichment", (metrics) => {
        enrichmentMetrics(metrics, { seen: new WeakMap() });
        measureTimeline(metrics, {
          state: {
            entities: 0,
            payments: 0,
            waiting: 0,
            evicted: 0,
            late: 0,
            rewinds: 0,
            snapshotAgeMs: undefined,
          },
        });
      }),
      ...section("Sentinel", (metrics) => {
        sentinelMetrics(metrics);
        anomalyMetrics(metrics);
      }),
      ...section(
        "Enriched writer",
        (metrics) => enrichedWriterMetrics(metrics, { seen: new WeakMap() }),
      ),
      ...section("Observer", observerMetrics),
      "While Kafka does not answer, the observer has no series but `eventflow_kafka_reachable`: an old figure would look like a healthy system.",
      ...section("Payment simulator", simulatorMetrics),
    ],
  });
}

function definedBy(
  define: (metrics: Metrics) => void,
): readonly DefinedMetric[] {
  const metrics = new Metrics("SERVICE");
  define(metrics);
  return metrics.defined;
}

function metricsTable(metrics: readonly DefinedMetric[]): string {
  return table(
    ["Metric", "Type", "The question it answers", "What it counts", "Labels"],
    metrics.map(({ name, type, answers, help, labels }) => [
      code(name),
      type,
      answers,
      help,
      Object.entries(labels).map(([label, values]) =>
        values.length === 0 || values.length > MAX_VALUES_SHOWN ||
          label.startsWith("runtime")
          ? code(label)
          : `${code(label)}: ${values.map(code).join(", ")}`
      ).join("; "),
    ]),
  );
}
