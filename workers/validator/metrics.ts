import { eventTypeNames } from "#contracts/events/registry.ts";
import { webhookFamilies } from "#contracts/unmapped_webhook.ts";
import {
  type Outcome,
  partsOf,
  rejectionsOf,
  type Result,
  type WorkerMetrics,
} from "#consumer/handler.ts";
import type { Metrics } from "#runtime/metrics.ts";
import type { Mapped, MappedItem } from "./mapping/map_webhook.ts";
import { mappedProviders } from "./mapping/rows.ts";
import type { MappedWebhooks, Topics } from "./mapped_outcome.ts";

/** A webhook's provider as the value of a label, which is never any text that came in. */
const OTHER = "other";

const providers = [...mappedProviders, OTHER];

export function validatorMetrics(
  metrics: Metrics,
  { config: { rawTopic: topic, validatedTopic }, seen }: {
    config: { readonly rawTopic: string } & Topics;
    seen: MappedWebhooks;
  },
): WorkerMetrics {
  const byTopic = { labels: { topic: [topic] } };
  const consumed = metrics.counter({
    name: "eventflow_validator_events_consumed_total",
    answers: "How many raw records has the validator taken up?",
    help: "Raw records taken up, once each however often they are tried.",
    ...byTopic,
  });
  const validated = metrics.counter({
    name: "eventflow_validator_events_validated_total",
    answers:
      "How many events have passed on to the validated topic, and how fast?",
    help: "Records passed on to the validated topic.",
    ...byTopic,
  });
  const deadLettered = metrics.counter({
    name: "eventflow_validator_events_dlq_total",
    answers: "How many raw records were refused?",
    help: "Records refused and written to the dead-letter topic.",
    ...byTopic,
  });
  const errors = metrics.counter({
    name: "eventflow_validator_processing_errors_total",
    answers: "Does the validator have to try again, as with Kafka away?",
    help: "Failed tries that are repeated; dead letters are not among them.",
    ...byTopic,
  });
  const facts = metrics.counter({
    name: "eventflow_validator_facts_total",
    answers: "What do providers tell of payments?",
    help: "Facts made of providers' own webhooks, by provider and type.",
    labels: { provider: providers, event_type: eventTypeNames },
  });
  const unmapped = metrics.counter({
    name: "eventflow_validator_unmapped_total",
    answers: "What do providers send that no mapping knows?",
    help:
      "Things in providers' webhooks that no mapping knows, kept to be replayed, by what they are about.",
    labels: { provider: providers, family: webhookFamilies },
  });
  const noPayment = metrics.counter({
    name: "eventflow_validator_no_payment_total",
    answers: "How much of what providers send is of no payment?",
    help: "Providers' webhooks that say nothing new of a payment's money.",
    labels: { provider: providers },
  });
  const countMapped = ({ record, outcome }: Result) => {
    const mapped = seen.get(record);
    if (mapped === undefined) return;
    const provider = mappedProviders.includes(mapped.provider)
      ? mapped.provider
      : OTHER;
    if (outcome.kind === "done") noPayment.add(1, { provider });
    for (const item of itemsMade(mapped, outcome)) {
      if (item.kind === "event") {
        facts.add(1, { provider, event_type: item.event.event_type });
      } else if (item.kind === "unmapped") {
        unmapped.add(1, { provider, family: item.family });
      }
    }
  };
  const latency = metrics.histogram({
    name: "eventflow_validator_processing_latency_seconds",
    answers: "How long does the validator hold a record?",
    help: "From taken up to committed, per record.",
  });
  return {
    consumed: (records) => consumed.add(records.length, { topic }),
    failed: () => errors.add(1, { topic }),
    committed({ results, seconds }) {
      latency.observe(seconds, {}, results.length);
      let [forwarded, refused] = [0, 0];
      for (const result of results) {
        refused += rejectionsOf(result.outcome).length;
        forwarded += passedOn(result, validatedTopic);
        countMapped(result);
      }
      validated.add(forwarded, { topic });
      deadLettered.add(refused, { topic });
    },
  };
}

/** How many records of a topic followed from one. */
function passedOn({ outcome }: Result, topic: string): number {
  let count = 0;
  for (const part of partsOf(outcome)) {
    if (part.kind !== "forward") continue;
    for (const record of part.records) if (record.topic === topic) count++;
  }
  return count;
}

/** Those of a webhook's things that were passed on: a replay may have been for one alone, and one too large is passed on as none. */
function itemsMade({ items }: Mapped, outcome: Outcome): MappedItem[] {
  if (outcome.kind === "forward") return [...items];
  if (outcome.kind !== "several") return [];
  return outcome.made.flatMap(({ item, outcome: one }) => {
    const its = items[item - 1];
    return one.kind === "forward" && its !== undefined ? [its] : [];
  });
}
