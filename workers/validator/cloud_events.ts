/**
 * The attributes of CloudEvents beside each fact, in Kafka's binary content mode: the value stays what it was, to the byte.
 * CloudEvents 1.0.2, and its Kafka protocol binding 1.0.2, §3.2.
 *
 * @module
 */
import { cloudEventHeaders as names } from "#contracts/headers.ts";
import { parseEvent } from "#contracts/parse.ts";
import type { Outcome } from "#consumer/handler.ts";
import { header } from "#kafka/headers.ts";
import { PassedOnRecord } from "#kafka/passed_on_record.ts";
import type {
  OutgoingRecord,
  ReceivedRecord,
  RecordHeader,
} from "#kafka/port.ts";

type Judge = (record: ReceivedRecord) => Outcome;

/** The same judge, whose facts say their attributes. */
export function withCloudEvents(judge: Judge, validatedTopic: string): Judge {
  const described = <O extends Outcome>(outcome: O): O =>
    outcome.kind === "forward"
      ? {
        ...outcome,
        records: outcome.records.map((record) =>
          record.topic === validatedTopic ? withAttributes(record) : record
        ),
      }
      : outcome;
  return (record) => {
    const outcome = judge(record);
    if (outcome.kind !== "several") return described(outcome);
    const made = outcome.made.map((one) => ({
      ...one,
      outcome: described(one.outcome),
    }));
    return { ...outcome, made };
  };
}

const ours: ReadonlySet<string> = new Set(Object.values(names));

function withAttributes(record: OutgoingRecord): OutgoingRecord {
  const attributes = attributesOf(record);
  const isDescribed = record.headers.some(({ name }) => ours.has(name));
  if (record instanceof PassedOnRecord && !isDescribed) {
    return record.with(attributes);
  }
  const { topic, key, value, headers } = record;
  const others = headers.filter(({ name }) => !ours.has(name));
  return { topic, key, value, headers: [...others, ...attributes] };
}

/** It was judged: what is a fact is parsed once more, for those alone who want attributes. */
function attributesOf({ value }: OutgoingRecord): readonly RecordHeader[] {
  const parsed = parseEvent(value);
  if (!parsed.ok) return [];
  const { event_id, event_type, source, timestamp } = parsed.value;
  return [
    header(names.specversion, "1.0"),
    header(names.id, idOf(event_id)),
    header(names.source, `urn:eventflow:${inUrn(source)}`),
    header(names.type, event_type),
    header(names.time, timestamp),
    header(names.dataschema, `urn:eventflow:contracts:${event_type}`),
    header(names.contentType, "application/json"),
  ];
}

/** Of what CloudEvents' texts may not have (§2.1, String), an id may have all; then it is written with percent signs. */
function idOf(eventId: string): string {
  return /[\p{Cc}\p{Noncharacter_Code_Point}]/u.test(eventId)
    ? encodeURIComponent(eventId)
    : eventId;
}

function inUrn(source: string): string {
  return encodeURIComponent(source).replaceAll("%3A", ":");
}
