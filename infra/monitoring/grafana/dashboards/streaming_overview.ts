import {
  EventsPerSecond,
  Milliseconds,
  Short,
} from "@grafana/grafana-foundation-sdk/units";
import type { Board } from "../board.ts";
import { figures, lines } from "../panels.ts";
import { max, perSecond, quantile, sum } from "../promql.ts";

/** Titles and address are those of the earlier EventFlow: bookmarks and habits go on. */
export const streamingOverview: Board = {
  title: "EventFlow Streaming Overview",
  uid: "eventflow-streaming-overview",
  description: "What flows through the pipeline, of all workers.",
  from: "now-30m",
  refresh: "10s",
  rows: {
    "Flow": [
      lines({
        title: "Processing Throughput",
        answers:
          "How many events pass each stage a second? In a healthy system the lines lie upon each other, but for what was refused.",
        unit: EventsPerSecond,
        span: 12,
        queries: {
          accepted: perSecond(
            `eventflow_intake_requests_total{result="accepted"}`,
          ),
          validated: perSecond("eventflow_validator_events_validated_total"),
          analysed: perSecond("eventflow_analytics_total_processed_total"),
          stored: perSecond("eventflow_persistence_stored_total"),
          "stored before": perSecond("eventflow_persistence_duplicates_total"),
        },
      }),
      figures({
        title: "DLQ Events (Total)",
        answers:
          "How many dead letters has each service written? Counted since its processes started.",
        unit: Short,
        span: 6,
        height: 8,
        orangeFrom: 1,
        queries: {
          "{{service}}": sum("eventflow_dead_letters_total", "service"),
        },
      }),
      figures({
        title: "Processing Errors (Total)",
        answers:
          "How often did workers fail and try again? Counted since their processes started; analytics counts its dead letters too.",
        unit: Short,
        span: 6,
        height: 8,
        orangeFrom: 1,
        queries: {
          validator: sum("eventflow_validator_processing_errors_total"),
          analytics: sum("eventflow_analytics_processing_errors_total"),
          persistence: sum("eventflow_persistence_processing_errors_total"),
        },
      }),
    ],
    "Analytics": [
      lines({
        title: "Analytics Throughput by Partition",
        answers: "Is the load spread evenly over the partitions?",
        unit: EventsPerSecond,
        queries: {
          "partition {{partition}}": perSecond(
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
        queries: {
          p95: quantile(0.95, ["eventflow_analytics_event_age_ms"]),
        },
      }),
      lines({
        title: "Analytics Events by Type",
        answers: "Of which type are the events that are counted?",
        unit: EventsPerSecond,
        queries: {
          "{{event_type}}": perSecond(
            "eventflow_analytics_by_event_type_total",
            "event_type",
          ),
        },
      }),
    ],
    "Workers": [
      lines({
        title: "Lag by Group",
        answers:
          "How many records has each group not finished? What stays above 0 without falling is stuck.",
        unit: Short,
        span: 12,
        queries: {
          "{{group}}": sum(
            max("eventflow_group_lag_records", "group, topic, partition"),
            "group",
          ),
        },
      }),
      lines({
        title: "Workers by Group",
        answers: "How many workers share the work of each group?",
        unit: Short,
        span: 12,
        queries: { "{{group}}": max("eventflow_group_members", "group") },
      }),
    ],
  },
};
