import {
  EventsPerSecond,
  LocaleFormat,
  PercentUnit,
} from "@grafana/grafana-foundation-sdk/units";
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import type { Board } from "../board.ts";
import type { Row } from "../layout.ts";
import { lines } from "../panels.ts";
import { labelled, perSecond, share } from "../promql.ts";

const next = "eventflow-business";

const facts = "eventflow_analytics_facts_total";
const authorized = `${facts}{event_type="${PAYMENT_AUTHORIZED}"}`;
const declined = "eventflow_analytics_declined_total";

const validator = (what: string) => `eventflow_validator_${what}_total`;

/** 0 while the counter of which it is the base has no series yet. */
const orNone = (found: string, label: string, counted: string) =>
  `${found} or on () ${labelled(`0 * sum (${counted})`, label, "none")}`;

const mapped = "eventflow_validator_events_validated_total";

const sent: Row = {
  title: "What Providers Send",
  panels: [
    lines({
      title: "Facts by Provider",
      answers:
        "How many things a second does each provider tell of payments? Each is counted once, however often it was sent.",
      unit: EventsPerSecond,
      next,
      alerts: ["VolumeAnomaly"],
      isStacked: true,
      queries: { "{{provider}}": perSecond(facts, "provider") },
    }),
    lines({
      title: "Approval Rate by Provider",
      answers:
        "Which share of the authorisations that were asked for passed, at each provider? 0 while there are none.",
      unit: PercentUnit,
      decimals: 1,
      next,
      queries: {
        "{{provider}}": share(
          perSecond(authorized, "provider"),
          `(${perSecond(authorized, "provider")} + ${
            perSecond(declined, "provider")
          })`,
        ),
      },
    }),
    lines({
      title: "Refused by Cause",
      answers:
        "Why are webhooks refused? Of many in one second a sample is looked into, and the others are counted with it.",
      unit: EventsPerSecond,
      next: "eventflow-on-call",
      alerts: ["WebhookSignaturesRejected", "WebhookTimestampsStale"],
      isStacked: true,
      queries: {
        "{{cause}}": orNone(
          perSecond("eventflow_intake_rejected_total", "cause"),
          "cause",
          "eventflow_intake_requests_total",
        ),
      },
    }),
  ],
};

const told: Row = {
  title: "What They Tell",
  panels: [
    lines({
      title: "Facts by Kind",
      answers:
        "How much is authorised, captured, refunded, disputed, canceled, and how much fails?",
      unit: EventsPerSecond,
      next,
      isStacked: true,
      queries: { "{{event_type}}": perSecond(facts, "event_type") },
    }),
    lines({
      title: "Declines by Class",
      answers:
        "Why are authorisations declined? Soft ones and those of authentication may pass when they are asked for again.",
      unit: EventsPerSecond,
      next,
      isStacked: true,
      queries: { "{{decline_class}}": perSecond(declined, "decline_class") },
    }),
    lines({
      title: "Told Again and Corrected",
      answers:
        "How much do providers tell twice, and how much does a newer mapping say anew? Outdated: an older mapping still says what was corrected.",
      unit: EventsPerSecond,
      next: "eventflow-streaming-overview",
      queries: {
        "Told Again": perSecond("eventflow_analytics_duplicates_total"),
        "Said Anew": perSecond("eventflow_analytics_corrections_total"),
        "Corrected in the Database": perSecond(
          "eventflow_persistence_superseded_total",
        ),
        Outdated: perSecond("eventflow_persistence_outdated_total"),
      },
    }),
  ],
};

const mapping: Row = {
  title: "What Becomes of Webhooks in the Validator",
  panels: [
    lines({
      title: "Mapped by Provider",
      answers: "How many facts are made of each provider's own webhooks?",
      unit: EventsPerSecond,
      next: "eventflow-streaming-overview",
      isStacked: true,
      queries: {
        "{{provider}}": orNone(
          perSecond(validator("facts"), "provider"),
          "provider",
          mapped,
        ),
      },
    }),
    lines({
      title: "Not Mapped Yet",
      answers:
        "Of which provider and family is what no mapping knows? It is kept, and made into facts by a replay once a mapping exists.",
      unit: EventsPerSecond,
      next,
      alerts: ["WebhooksUnmapped"],
      isStacked: true,
      queries: {
        "{{provider}}, {{family}}": orNone(
          perSecond(validator("unmapped"), "provider, family"),
          "provider",
          mapped,
        ),
      },
    }),
    lines({
      title: "Nothing of a Payment",
      answers:
        "How many webhooks of each provider are known to say nothing of a payment's money?",
      unit: EventsPerSecond,
      next,
      isStacked: true,
      queries: {
        "{{provider}}": orNone(
          perSecond(validator("no_payment"), "provider"),
          "provider",
          mapped,
        ),
      },
    }),
  ],
};

const amounts: Row = {
  title: "Amounts in $currency",
  repeat: "currency",
  panels: [
    lines({
      title: "Amount per Minute by Kind in $currency",
      answers:
        "How much money a minute is authorised, captured, refunded, disputed, canceled and declined? A dispute counts once, when it is opened.",
      unit: LocaleFormat,
      span: 24,
      next,
      queries: {
        "{{event_type}}": orNone(
          `60 * ${
            perSecond(
              `eventflow_analytics_amount_by_event_type_total{currency="$currency"}`,
              "event_type",
            )
          }`,
          "event_type",
          "eventflow_analytics_total_processed_total",
        ),
      },
    }),
  ],
};

export const providers: Board = {
  uid: "eventflow-providers",
  description:
    "What each provider sends, what it tells of payments, and what is not mapped yet.",
  from: "now-6h",
  refresh: "30s",
  variables: ["currency"],
  rows: [sent, told, mapping, amounts],
};
