import {
  BytesIEC,
  PercentUnit,
  Short,
} from "@grafana/grafana-foundation-sdk/units";
import type { Row } from "../../layout.ts";
import { lines } from "../../panels.ts";
import { chosenServices, everyService, max } from "../../promql.ts";

const next = "eventflow-streaming-overview";

const chosen = `${everyService},${chosenServices}`;

/** Of a service with several instances the one that has the most: their addresses say nothing to a reader. */
export const saturation: Row = {
  title: "How Full Is It?",
  isCollapsed: true,
  panels: [
    lines({
      title: "Intake's Queue",
      answers:
        "How much of what may wait for Kafka does wait? At 100 % the intake refuses with 503.",
      unit: PercentUnit,
      next,
      queries: {
        "{{job}}": max(
          "eventflow_intake_queue_bytes / (eventflow_intake_queue_limit_bytes > 0)",
          "job",
        ),
      },
    }),
    lines({
      title: "Waiting in Workers",
      answers: "How many bytes have workers fetched and not begun?",
      unit: BytesIEC,
      next,
      queries: {
        "{{job}}": max(
          `eventflow_worker_waiting_bytes{${chosenServices}}`,
          "job",
        ),
      },
    }),
    lines({
      title: "Processor Time",
      answers:
        "How much of one core does each process take? At 100 % one more instance is needed.",
      unit: PercentUnit,
      next,
      queries: {
        "{{job}}": max(
          `rate(process_cpu_seconds_total{${chosen}}[$__rate_interval])`,
          "job",
        ),
      },
    }),
    lines({
      title: "Memory",
      answers: "How much memory does each process hold?",
      unit: BytesIEC,
      span: 12,
      next,
      queries: {
        "{{job}}": max(`process_resident_memory_bytes{${chosen}}`, "job"),
      },
    }),
    lines({
      title: "Partitions That Began to Wait",
      answers: "How often, in the time shown, did something have to wait?",
      unit: Short,
      span: 12,
      next,
      queries: {
        "{{job}} {{reason}}":
          `sum by (job, reason) (increase(eventflow_worker_pauses_total{${chosenServices}}[$__rate_interval]))`,
      },
    }),
  ],
};
