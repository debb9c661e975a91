import { consumerNames } from "#contracts/services.ts";
import {
  EventsPerSecond,
  Milliseconds,
  Short,
} from "@grafana/grafana-foundation-sdk/units";
import type { Board } from "../board.ts";
import { database, kafka, unlessCut } from "../missing.ts";
import { figures, lines, parts } from "../panels.ts";
import { chosenServices, inShownTime, perSecond, quantile } from "../promql.ts";

const next = "eventflow-on-call";

const stages = {
  Accepted: `eventflow_intake_requests_total{result="accepted"}`,
  Validated: "eventflow_validator_events_validated_total",
  Analysed: "eventflow_analytics_total_processed_total",
  Stored: "eventflow_persistence_stored_total",
  "Stored Before": "eventflow_persistence_duplicates_total",
};

const kafkaAway = `${kafka} == 0`;

/** Titles and address are those of the earlier EventFlow: bookmarks and habits go on. */
export const streamingOverview: Board = {
  uid: "eventflow-streaming-overview",
  description: "What flows through the pipeline, of all workers.",
  from: "now-30m",
  refresh: "10s",
  variables: ["service"],
  rows: [
    {
      title: "Flow",
      panels: [
        parts({
          title: "Does It Flow?",
          answers:
            "How many events does each stage pass on a second? Cut: the service, Kafka or the database that it needs does not answer.",
          unit: EventsPerSecond,
          span: 24,
          next,
          alerts: ["ServiceDown", "KafkaAway", "DatabaseAway", "NoTraffic"],
          gone: "Cut",
          queries: {
            Intake: unlessCut(perSecond(stages.Accepted), {
              service: "intake",
              away: [kafkaAway],
            }),
            Validator: unlessCut(perSecond(stages.Validated), {
              service: "validator",
              away: [kafkaAway],
            }),
            Analytics: unlessCut(perSecond(stages.Analysed), {
              service: "analytics",
              away: [kafkaAway],
            }),
            Persistence: unlessCut(
              `${perSecond(stages.Stored)} + ${
                perSecond(stages["Stored Before"])
              }`,
              {
                service: "persistence",
                away: [kafkaAway, `${database} == 0`],
              },
            ),
          },
        }),
        lines({
          title: "Processing Throughput",
          answers:
            "How many events pass each stage a second? In a healthy system the lines lie upon each other, but for what was refused.",
          unit: EventsPerSecond,
          span: 12,
          next,
          alerts: ["VolumeAnomaly"],
          queries: Object.fromEntries(
            Object.entries(stages).map(([stage, counter]) => [
              stage,
              perSecond(counter),
            ]),
          ),
        }),
        figures({
          title: "DLQ Events (Total)",
          answers:
            "How many dead letters has each service written, in the time shown?",
          unit: Short,
          height: 9,
          next: "eventflow-business",
          queries: {
            "{{job}}": inShownTime(
              `eventflow_dead_letters_total{${chosenServices}}`,
              "job",
            ),
          },
        }),
        figures({
          title: "Processing Errors (Total)",
          answers:
            "How often did workers fail and try again, in the time shown? Analytics counts its dead letters too.",
          unit: Short,
          height: 9,
          next,
          queries: Object.fromEntries(
            consumerNames.map((worker) => [
              worker,
              inShownTime(
                `eventflow_${worker}_processing_errors_total{${chosenServices}}`,
              ),
            ]),
          ),
        }),
      ],
    },
    {
      title: "Analytics",
      panels: [
        lines({
          title: "Analytics Throughput by Partition",
          answers: "Is the load spread evenly over the partitions?",
          unit: EventsPerSecond,
          next,
          queries: {
            "Partition {{partition}}": perSecond(
              "eventflow_analytics_by_partition_total",
              "partition",
            ),
          },
        }),
        lines({
          title: "Analytics Event Age (p95 ms)",
          answers:
            "How old, by its own timestamp, is an event when it is counted? 95 of 100 are younger; 0 while none is counted.",
          unit: Milliseconds,
          next,
          queries: {
            "95 of 100": quantile(0.95, ["eventflow_analytics_event_age_ms"]),
          },
        }),
        lines({
          title: "Analytics Events by Type",
          answers: "Of which type are the events that are counted?",
          unit: EventsPerSecond,
          next: "eventflow-business",
          queries: {
            "{{event_type}}": perSecond(
              "eventflow_analytics_by_event_type_total",
              "event_type",
            ),
          },
        }),
      ],
    },
  ],
};
