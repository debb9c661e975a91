import { amountLiteral } from "#contracts/amount_literal.ts";
import { headers as names } from "#contracts/headers.ts";
import { type Parsed, parseEvent } from "#contracts/parse.ts";
import type { PaymentEvent } from "#contracts/events/registry.ts";
import { PassedOnRecord } from "#kafka/passed_on_record.ts";
import type {
  OutgoingRecord,
  ReceivedRecord,
  RecordHeader,
} from "#kafka/port.ts";
import type { Outcome } from "#consumer/handler.ts";
import { refuseMoney } from "./currency_rules.ts";
import { mapWebhook } from "./mapping/map_webhook.ts";
import {
  type MappedWebhooks,
  outcomeOf,
  type Topics,
} from "./mapped_outcome.ts";

/**
 * Judges one raw record. An event in our own form goes on to the validated topic as it is, byte for byte, or is refused for good; a
 * provider's own webhook goes on as the facts that it says.
 *
 * @param seen keeps what webhooks came to, for the metrics
 * @param mappings by a provider's name; those of the registry, unless others are tried
 */
export function validate(
  record: ReceivedRecord,
  topics: Topics,
  seen: MappedWebhooks = new WeakMap(),
  mappings?: Parameters<typeof mapWebhook>[1],
): Outcome {
  const mapped = mapWebhook(record, mappings);
  if (mapped !== undefined) {
    seen.set(record, mapped);
    return outcomeOf(record, mapped, topics);
  }
  const parsed = parseEvent(record.value);
  const rejection = parsed.ok ? refuse(parsed) : parsed.rejection;
  if (rejection !== undefined) return { kind: "dead-letter", rejection };
  return {
    kind: "forward",
    records: [
      withoutVersion(new PassedOnRecord(topics.validatedTopic, record)),
    ],
  };
}

function refuse({ value, text }: Parsed<PaymentEvent> & { ok: true }) {
  return refuseMoney(value, amountLiteral(text));
}

/** What says that a mapping made an event is not passed on of one that none made. Hardly any has it. */
function withoutVersion(record: PassedOnRecord): OutgoingRecord {
  const { headers } = record;
  if (headers.every(isNoVersion)) return record;
  const { topic, key, value } = record;
  return { topic, key, value, headers: headers.filter(isNoVersion) };
}

function isNoVersion({ name }: RecordHeader): boolean {
  return name !== names.mappingVersion;
}
