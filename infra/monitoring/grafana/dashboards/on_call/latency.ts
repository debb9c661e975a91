import { consumerNames } from "#contracts/services.ts";
import { Seconds } from "@grafana/grafana-foundation-sdk/units";
import { limitOf } from "../../../prometheus/alerts.ts";
import type { Row } from "../../layout.ts";
import { lines } from "../../panels.ts";
import { chosenServices, quantile } from "../../promql.ts";

const next = "eventflow-business";

export const latency: Row = {
  title: "How Slow Is It?",
  isCollapsed: true,
  panels: [
    lines({
      title: "Intake's Answers",
      answers: "How long does a provider wait for its answer?",
      unit: Seconds,
      span: 12,
      next,
      queries: {
        "50 of 100": quantile(0.5, ["eventflow_intake_request_seconds"]),
        "95 of 100": quantile(0.95, ["eventflow_intake_request_seconds"]),
        "99 of 100": quantile(0.99, ["eventflow_intake_request_seconds"]),
      },
    }),
    lines({
      title: "Kafka's Acknowledgements",
      answers:
        "How long does Kafka take to acknowledge a batch? Of 100, 99 are sooner.",
      unit: Seconds,
      span: 12,
      next,
      levels: { orange: limitOf("PublishLatencyHigh") },
      queries: {
        "99 of 100": quantile(0.99, ["eventflow_intake_publish_seconds"]),
      },
    }),
    lines({
      title: "Held by a Worker",
      answers:
        "How long does each worker hold a record, from taken up to committed? Of 100, 95 are shorter.",
      unit: Seconds,
      span: 12,
      next,
      queries: Object.fromEntries(
        consumerNames.map((worker) => [
          worker,
          quantile(0.95, [
            `eventflow_${worker}_processing_latency_seconds`,
            `{${chosenServices}}`,
          ]),
        ]),
      ),
    }),
    lines({
      title: "From Received to Finished, by Stage",
      answers:
        "How long after it was received is an event finished by each service? Of 100, 95 are sooner; 0 while there are none.",
      unit: Seconds,
      span: 12,
      next,
      alerts: ["StoredLateBudgetBurn"],
      queries: {
        "{{job}} {{outcome}}": quantile(
          0.95,
          ["eventflow_received_to_settled_seconds", `{${chosenServices}}`],
          "job, outcome",
        ),
      },
    }),
  ],
};
