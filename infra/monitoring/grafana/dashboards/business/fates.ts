import {
  EventsPerSecond,
  LocaleFormat,
  PercentUnit,
  Seconds,
} from "@grafana/grafana-foundation-sdk/units";
import { limitOf } from "../../../prometheus/alerts.ts";
import type { Row } from "../../layout.ts";
import { bars, figures, gauge, lines } from "../../panels.ts";
import {
  inShownTime,
  perSecond,
  quantile,
  refusedForUs,
  share,
  stored,
} from "../../promql.ts";

const next = "eventflow-on-call";

const requests = "eventflow_intake_requests_total";
const accepted = `${requests}{result="accepted"}`;
const settled = "eventflow_received_to_settled_seconds";
const refusedForTheSender =
  `${requests}{result!~"accepted|overloaded|queue_full|unavailable"}`;

export const fates: Row = {
  title: "What Becomes of What Providers Send",
  panels: [
    figures({
      title: "Refused, the Sender's Fault",
      answers:
        "Which share of all webhooks was refused for their signature or form, in the time shown?",
      unit: PercentUnit,
      span: 8,
      decimals: 2,
      next,
      alerts: ["WebhookSignaturesRejected", "WebhookTimestampsStale"],
      queries: {
        Refused: share(inShownTime(refusedForTheSender), inShownTime(requests)),
      },
    }),
    gauge({
      title: "Became Dead Letters",
      answers:
        "Which share of the payments accepted was given up, in the time shown?",
      unit: PercentUnit,
      span: 8,
      decimals: 2,
      next,
      levels: {
        orange: limitOf("DeadLetterRatioRaised"),
        red: limitOf("DeadLetterRatioHigh"),
      },
      query: share(
        inShownTime("eventflow_dead_letters_total"),
        inShownTime(accepted),
      ),
    }),
    figures({
      title: "Sent More than Once",
      answers:
        "Which share of the payments was stored before, as the provider had sent them already, in the time shown?",
      unit: PercentUnit,
      span: 8,
      decimals: 2,
      next: "eventflow-streaming-overview",
      queries: {
        Duplicates: share(
          inShownTime("eventflow_persistence_duplicates_total"),
          inShownTime("eventflow_persistence_consumed_total"),
        ),
      },
    }),
    lines({
      title: "Accepted and Refused",
      answers:
        "How many webhooks are accepted, how many are refused for the sender's fault (signature, form), how many for ours (503: the provider sends them again)?",
      unit: EventsPerSecond,
      next,
      alerts: ["IntakeErrorBudgetBurnFast"],
      isStacked: true,
      queries: {
        Accepted: perSecond(accepted),
        "Refused, the Sender's Fault": perSecond(refusedForTheSender),
        "Refused, Our Fault": perSecond(`${requests}{${refusedForUs}}`),
      },
    }),
    bars({
      title: "From Webhook to Row",
      answers:
        "How many payments came to each stage, in the time shown? What is accepted is stored, was stored before, became a dead letter, or is under way.",
      unit: LocaleFormat,
      decimals: 0,
      next: "eventflow-streaming-overview",
      queries: {
        Accepted: inShownTime(accepted),
        Validated: inShownTime("eventflow_validator_events_validated_total"),
        Stored: inShownTime("eventflow_persistence_stored_total"),
        "Stored Before": inShownTime("eventflow_persistence_duplicates_total"),
        "Dead Letters": inShownTime("eventflow_dead_letters_total"),
      },
    }),
    lines({
      title: "Time from Received to Stored",
      answers:
        "How long after EventFlow has received it is a payment in the database? Of 100, 50, 95 and 99 are sooner; 0 while there are none.",
      unit: Seconds,
      next,
      alerts: ["StoredLateBudgetBurn"],
      queries: {
        "50 of 100": quantile(0.5, [settled, `{${stored}}`]),
        "95 of 100": quantile(0.95, [settled, `{${stored}}`]),
        "99 of 100": quantile(0.99, [settled, `{${stored}}`]),
      },
    }),
  ],
};
