import {
  EventsPerMinute,
  EventsPerSecond,
  LocaleFormat,
  PercentUnit,
  Seconds,
  Short,
} from "@grafana/grafana-foundation-sdk/units";
import type { Board } from "../board.ts";
import { bars, figures, lines, totals } from "../panels.ts";
import {
  inShownTime,
  max,
  orNone,
  orNoneFound,
  perSecond,
  quantile,
  refusedForUs,
  share,
  stored,
} from "../promql.ts";

const requests = "eventflow_intake_requests_total";
const payments = "eventflow_analytics_payments_total";
const amount = "eventflow_analytics_amount_total";
const settled = "eventflow_received_to_settled_seconds";

const byCurrency = (series: string) => orNone(series, "currency");
const perMinute = (counter: string) =>
  byCurrency(`60 * ${perSecond(counter, "currency")}`);
const atRisk = (where: string) =>
  orNoneFound(
    max(`eventflow_money_at_risk{where="${where}"}`, "currency"),
    "currency",
  );
const refusedForTheSender =
  `${requests}{result!~"accepted|overloaded|queue_full|unavailable"}`;

export const business: Board = {
  title: "EventFlow Business",
  uid: "eventflow-business",
  description:
    "Payments and amounts by currency, money at risk, and what becomes of what providers send.",
  from: "now-6h",
  refresh: "30s",
  rows: {
    "Payments": [
      bars({
        title: "Payments by currency",
        answers:
          "How many payments were authorised in each currency, in the time shown? Duplicates are not counted again; a currency's first payment after a restart of analytics is missing.",
        unit: LocaleFormat,
        span: 12,
        decimals: 0,
        queries: {
          "{{currency}}": byCurrency(inShownTime(payments, "currency")),
        },
      }),
      bars({
        title: "Amounts by currency",
        answers:
          "How much money was authorised in each currency, in its own units, in the time shown? An estimate of a graph: the ledger is the table of events.",
        unit: LocaleFormat,
        span: 12,
        decimals: 2,
        queries: {
          "{{currency}}": byCurrency(inShownTime(amount, "currency")),
        },
      }),
      lines({
        title: "Payments per minute by currency",
        answers: "How does the volume go, and is a currency missing?",
        unit: EventsPerMinute,
        span: 12,
        isStacked: true,
        queries: { "{{currency}}": perMinute(payments) },
      }),
      lines({
        title: "Amounts per minute by currency",
        answers: "How much money a minute, each currency in its own units?",
        unit: LocaleFormat,
        span: 12,
        queries: { "{{currency}}": perMinute(amount) },
      }),
    ],
    "Money at risk: accepted and not stored": [
      figures({
        title: "Not validated yet",
        answers:
          "How much money has been accepted and not looked at yet? No data: Kafka does not answer.",
        unit: LocaleFormat,
        span: 8,
        height: 6,
        decimals: 2,
        queries: { "{{currency}}": atRisk("unvalidated") },
      }),
      figures({
        title: "Not stored yet",
        answers:
          "How much money is validated and not a row yet? No data: Kafka does not answer.",
        unit: LocaleFormat,
        span: 8,
        height: 6,
        decimals: 2,
        queries: { "{{currency}}": atRisk("unstored") },
      }),
      figures({
        title: "In dead letters",
        answers:
          "How much money is in payments that were given up, and have to be repaired and replayed? As they say it, which may be what is wrong with them. No data: Kafka does not answer.",
        unit: LocaleFormat,
        span: 8,
        height: 6,
        decimals: 2,
        orangeFrom: 0.01,
        queries: { "{{currency}}": atRisk("dead_letters") },
      }),
      lines({
        title: "Money at risk",
        answers: "Since when is money at risk, where and in which currency?",
        unit: LocaleFormat,
        span: 16,
        queries: {
          "{{where}} {{currency}}": orNoneFound(
            max("eventflow_money_at_risk", "where, currency"),
            "currency",
          ),
        },
      }),
      lines({
        title: "Payments in dead letters",
        answers: "How many payments wait for somebody to repair them?",
        unit: Short,
        queries: { "dead letters": max("eventflow_dead_letters_kept") },
      }),
    ],
    "What becomes of what providers send": [
      lines({
        title: "Accepted and refused",
        answers:
          "How many webhooks are accepted, how many are refused for the sender's fault (signature, form), how many for ours (503: the provider sends them again)?",
        unit: EventsPerSecond,
        span: 12,
        isStacked: true,
        queries: {
          accepted: perSecond(`${requests}{result="accepted"}`),
          "refused, the sender's fault": perSecond(refusedForTheSender),
          "refused, our fault": perSecond(`${requests}{${refusedForUs}}`),
        },
      }),
      totals({
        title: "Refused, the sender's fault",
        answers:
          "Which share of all webhooks was refused for their signature or form, in the time shown?",
        unit: PercentUnit,
        span: 6,
        decimals: 2,
        queries: {
          refused: share(
            inShownTime(refusedForTheSender),
            inShownTime(requests),
          ),
        },
      }),
      totals({
        title: "Refused, our fault",
        answers:
          "Which share of all webhooks was refused with 503, in the time shown? The provider has to send these again.",
        unit: PercentUnit,
        span: 6,
        decimals: 2,
        redFrom: 0.001,
        queries: {
          refused: share(
            inShownTime(`${requests}{${refusedForUs}}`),
            inShownTime(requests),
          ),
        },
      }),
      totals({
        title: "Became dead letters",
        answers:
          "Which share of the payments accepted was given up, in the time shown?",
        unit: PercentUnit,
        span: 6,
        decimals: 2,
        orangeFrom: 0.01,
        queries: {
          "dead letters": share(
            inShownTime("eventflow_dead_letters_total"),
            inShownTime(`${requests}{result="accepted"}`),
          ),
        },
      }),
      totals({
        title: "Sent more than once",
        answers:
          "Which share of the payments was stored before, as the provider had sent them already, in the time shown?",
        unit: PercentUnit,
        span: 6,
        decimals: 2,
        queries: {
          duplicates: share(
            inShownTime("eventflow_persistence_duplicates_total"),
            inShownTime("eventflow_persistence_consumed_total"),
          ),
        },
      }),
    ],
    "From received to stored": [
      bars({
        title: "From webhook to row",
        answers:
          "How many payments came to each stage, in the time shown? What is accepted is stored, was stored before, became a dead letter, or is under way.",
        unit: LocaleFormat,
        span: 12,
        decimals: 0,
        queries: {
          accepted: inShownTime(`${requests}{result="accepted"}`),
          validated: inShownTime("eventflow_validator_events_validated_total"),
          stored: inShownTime("eventflow_persistence_stored_total"),
          "stored before": inShownTime(
            "eventflow_persistence_duplicates_total",
          ),
          "dead letters": inShownTime("eventflow_dead_letters_total"),
        },
      }),
      lines({
        title: "Time from received to stored",
        answers:
          "How long after EventFlow has received it is a payment in the database? Of 100, 50, 95 and 99 are sooner; 0 while there are none.",
        unit: Seconds,
        span: 12,
        queries: {
          "50 of 100": quantile(0.5, [settled, `{${stored}}`]),
          "95 of 100": quantile(0.95, [settled, `{${stored}}`]),
          "99 of 100": quantile(0.99, [settled, `{${stored}}`]),
        },
      }),
    ],
  },
};
