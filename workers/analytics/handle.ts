import type { ValidatedEvent } from "#contracts/events/registry.ts";
import { parseValidated } from "#contracts/parse.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { done, type Outcome } from "#consumer/handler.ts";

/** What was read of the records in hand, kept until they are finished and counted. */
export type EventsRead = WeakMap<ReceivedRecord, ValidatedEvent>;

/** Reads a record for the metrics to count. One that cannot be read is a dead letter, not skipped. */
export function read(record: ReceivedRecord, events: EventsRead): Outcome {
  const parsed = parseValidated(record.value);
  if (!parsed.ok) return { kind: "dead-letter", rejection: parsed.rejection };
  events.set(record, parsed.value);
  return done;
}
