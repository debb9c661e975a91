import {
  EventsPerMinute,
  LocaleFormat,
  Seconds,
} from "@grafana/grafana-foundation-sdk/units";
import { services } from "#contracts/services.ts";
import { limitOf } from "../../../prometheus/alerts.ts";
import type { Row } from "../../layout.ts";
import { toBoard } from "../../links.ts";
import {
  absentMetrics,
  database,
  kafka,
  named,
  orNoneFound,
} from "../../missing.ts";
import { gauge, lines, names } from "../../panels.ts";
import { inShownTime, labelled, max, perSecond } from "../../promql.ts";
import { table } from "../../tables.ts";

const next = "eventflow-on-call";

const payments = "eventflow_analytics_payments_total";
const amount = "eventflow_analytics_amount_total";

const chosen = `currency=~"$currency"`;

/** 0 while analytics counts and has met no payment: its counters begin with the first of a currency. */
const counted = "0 * sum (eventflow_analytics_total_processed_total)";

const inTime = (counter: string) =>
  `${inShownTime(`${counter}{${chosen}}`, "currency")} or on () ${
    labelled(counted, "currency", "none")
  }`;

const atRisk = (where: string) =>
  orNoneFound(
    max(`eventflow_money_at_risk{where="${where}",${chosen}}`, "currency"),
    "currency",
  );

/** What the figures of this board rest on. */
const missing = [
  absentMetrics({
    Intake: "eventflow_intake_requests_total",
    Validator: "eventflow_validator_events_validated_total",
    Persistence: "eventflow_persistence_stored_total",
    Observer: "eventflow_kafka_reachable",
  }),
  labelled(`(${kafka} == 0)`, "part", "Kafka"),
  labelled(`(${database} == 0)`, "part", "Database"),
].join(" or ");

const waitedFor = [services.validator, services.persistence].join("|");

export const money: Row = {
  title: "Money",
  panels: [
    table({
      title: "Money by Currency",
      answers:
        "How many payments were authorised in the time shown, how much money, and how much is not stored yet, each currency in its own units? An estimate of a graph: the ledger is the table of events. No figure: nobody can tell.",
      unit: LocaleFormat,
      span: 16,
      decimals: 2,
      next,
      empty: "Unknown",
      emptyCell: "Unknown",
      queries: {
        payments: inTime(payments),
        amount: inTime(amount),
        unvalidated: atRisk("unvalidated"),
        unstored: atRisk("unstored"),
        "dead letters": atRisk("dead_letters"),
      },
      columns: {
        currency: { title: "Currency", links: [toBoard(next)] },
        "Value #A": { title: "Payments", decimals: 0 },
        "Value #B": { title: "Amount" },
        "Value #C": { title: "Not Validated Yet" },
        "Value #D": { title: "Not Stored Yet" },
        "Value #E": { title: "In Dead Letters, Repaired or Not" },
      },
    }),
    names({
      title: "Gone",
      answers:
        "What of that which this board rests on is gone, so that its figures are not to be believed?",
      span: 4,
      height: 9,
      next,
      alerts: ["ServiceDown", "ObserverGone", "KafkaAway", "DatabaseAway"],
      query: [
        "{{part}}",
        named(missing, { labels: ["part"], none: "Nothing" }),
      ],
    }),
    gauge({
      title: "Oldest Payment Not Stored",
      answers:
        "For how long has a payment waited that EventFlow has accepted and not stored?",
      unit: Seconds,
      span: 4,
      height: 9,
      next,
      alerts: ["PersistenceStalled"],
      levels: {
        orange: limitOf("GroupLagLasting"),
        red: limitOf("GroupLagHigh"),
      },
      query: max(`eventflow_group_lag_seconds{group=~"${waitedFor}"}`),
    }),
  ],
};

const perMinute = (counter: string) =>
  `60 * ${perSecond(`${counter}{currency="$currency"}`)} or ${counted}`;

export const byCurrency: Row = {
  title: "Currency: $currency",
  repeat: "currency",
  panels: [
    lines({
      title: "Payments per Minute in $currency",
      answers: "How does the volume go?",
      unit: EventsPerMinute,
      next: "eventflow-streaming-overview",
      alerts: ["VolumeAnomaly", "NoTraffic"],
      queries: { "$currency": perMinute(payments) },
    }),
    lines({
      title: "Amount per Minute in $currency",
      answers: "How much money a minute?",
      unit: LocaleFormat,
      next,
      queries: { "$currency": perMinute(amount) },
    }),
    lines({
      title: "Money at Risk in $currency",
      answers:
        "Since when is money accepted and not stored, and where does it wait? What is in dead letters is in the table: repaired ones are among it.",
      unit: LocaleFormat,
      next,
      alerts: ["GroupLagHigh"],
      queries: {
        "{{where}}": orNoneFound(
          max(
            `eventflow_money_at_risk{where!="dead_letters",currency="$currency"}`,
            "where",
          ),
          "where",
        ),
      },
    }),
  ],
};
