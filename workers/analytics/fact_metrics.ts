import { headers } from "#contracts/headers.ts";
import { PAYMENT_DISPUTED } from "#contracts/events/payment_disputed/payment_disputed.ts";
import { declineClasses } from "#contracts/events/payment_fields.ts";
import { PAYMENT_FAILED } from "#contracts/events/payment_failed/payment_failed.ts";
import {
  eventTypeLabel,
  eventTypeLabels,
  isOfKnownType,
  type ValidatedEvent,
} from "#contracts/events/registry.ts";
import { providerLabel, providerLabels } from "#contracts/providers.ts";
import { headerText } from "#kafka/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { currencyLabel } from "#runtime/currency_label.ts";
import type { Metrics } from "#runtime/metrics.ts";

/** Counts an event by what became of a payment's money; to be told each event once. */
export type CountFact = (event: ValidatedEvent, record: ReceivedRecord) => void;

/**
 * What is counted of each kind of event. Of a provider the share of authorisations that pass is `facts_total` of
 * `payment.authorized.v1` beside `declined_total`.
 */
export function factMetrics(metrics: Metrics): CountFact {
  const facts = metrics.counter({
    name: "eventflow_analytics_facts_total",
    answers: "What becomes of payments, at which provider?",
    help:
      "Events counted, without duplicates and corrections, by type and provider.",
    labels: { event_type: eventTypeLabels, provider: providerLabels },
  });
  const declined = metrics.counter({
    name: "eventflow_analytics_declined_total",
    answers: "Why are authorisations declined, at which provider?",
    help:
      "Authorisations declined, without duplicates and corrections, by provider and by the class of the decline.",
    labels: { provider: providerLabels, decline_class: declineClasses },
  });
  const moved = metrics.counter({
    name: "eventflow_analytics_amount_by_event_type_total",
    answers:
      "How much money was authorised, captured, refunded, disputed, canceled or declined in each currency?",
    help:
      "Amounts of events, without duplicates and corrections, in units of the currency, by type; of a dispute once, when it is opened.",
    labels: { event_type: [], currency: [] },
  });

  return (event, record) => {
    const { payload } = event;
    const event_type = eventTypeLabel(event.event_type);
    const provider = providerLabel(
      headerText(record.headers, headers.provider) ?? providerIn(payload),
    );
    facts.add(1, { event_type, provider });
    if (isOfKnownType(event) && event.event_type === PAYMENT_FAILED) {
      const { stage, decline } = event.payload;
      const decline_class = decline?.class ?? "unknown";
      if (stage === "authorize") declined.add(1, { provider, decline_class });
    }
    const isFurtherWord = event.event_type === PAYMENT_DISPUTED &&
      event.payload.state !== "opened";
    if (isFurtherWord) return;
    const currency = currencyLabel(payload.currency);
    moved.add(payload.amount, { event_type, currency });
  };
}

/** Of authorised payments the contract does not say what this is. */
function providerIn(payload: object): string | undefined {
  const provider = "provider" in payload ? payload.provider : undefined;
  return typeof provider === "string" ? provider : undefined;
}
