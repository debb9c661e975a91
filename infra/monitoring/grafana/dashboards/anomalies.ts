import { PercentUnit, Short } from "@grafana/grafana-foundation-sdk/units";
import type { Board } from "../board.ts";
import type { Row } from "../layout.ts";
import { lines } from "../panels.ts";
import { labelled } from "../promql.ts";

const next = "eventflow-providers";

/** 0 while the sentinel knows no usual yet. */
const orNone = (found: string) =>
  `${found} or on () ${
    labelled("0 * sum (eventflow_sentinel_events_total)", "provider", "none")
  }`;

const of = (name: string, signal: string, provider: string) =>
  orNone(
    `max by (provider) (eventflow_anomaly_${name}{signal="${signal}", provider${provider}})`,
  );

const everyone = '="all"';
const each = '!="all"';

const band = (signal: string) => ({
  Observed: of("observed", signal, everyone),
  Expected: of("expected", signal, everyone),
  "Usual, Lower End": of("lower", signal, everyone),
  "Usual, Upper End": of("upper", signal, everyone),
});

const open: Row = {
  title: "Open",
  panels: [
    lines({
      title: "Open Anomalies",
      answers:
        "What is out of the usual in the flow of payments, by signal and provider? The topic of anomalies has the whole of it.",
      unit: Short,
      span: 16,
      next,
      alerts: ["AnomalyOpen"],
      queries: {
        "{{signal}} {{provider}}":
          'max by (signal, provider) (eventflow_anomaly_open) or on () label_replace(0 * sum (eventflow_sentinel_events_total), "signal", "none", "", "")',
      },
    }),
    lines({
      title: "Anomalies Told",
      answers: "How often is something found, and how often is it over?",
      unit: Short,
      next,
      queries: {
        "{{state}}": "sum by (state) (increase(eventflow_anomalies_total[1d]))",
      },
    }),
  ],
};

const whole: Row = {
  title: "All Together, in 15 Minutes",
  panels: [
    lines({
      title: "Payments Beside What Is Usual",
      answers:
        "How many payments were there in 15 minutes, and between which numbers are there usually?",
      unit: Short,
      span: 12,
      next,
      alerts: ["VolumeAnomaly"],
      queries: band("volume"),
    }),
    lines({
      title: "Failures Beside What Is Usual",
      answers:
        "How many payments failed in 15 minutes, and between which numbers do usually?",
      unit: Short,
      span: 12,
      next,
      queries: band("approval"),
    }),
  ],
};

const ratio = (signal: string) =>
  orNone(
    `max by (provider) (eventflow_anomaly_observed{signal="${signal}", provider${each}} / (eventflow_anomaly_expected{signal="${signal}", provider${each}} > 0))`,
  );

const byProvider: Row = {
  title: "By Provider",
  panels: [
    lines({
      title: "Payments over Expected by Provider",
      answers:
        "Which provider's payments are fewer or more than usual? 100 % is usual.",
      unit: PercentUnit,
      span: 12,
      next,
      queries: { "{{provider}}": ratio("volume") },
    }),
    lines({
      title: "Failures over Expected by Provider",
      answers: "Whose payments fail more often than usual? 100 % is usual.",
      unit: PercentUnit,
      span: 12,
      next,
      queries: { "{{provider}}": ratio("approval") },
    }),
  ],
};

export const anomalies: Board = {
  uid: "eventflow-anomalies",
  description:
    "What the sentinel found to be out of the usual, and what it takes for usual.",
  from: "now-24h",
  refresh: "30s",
  variables: [],
  rows: [open, whole, byProvider],
};
