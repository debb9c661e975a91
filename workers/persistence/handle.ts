import { parseEvent, type Rejection } from "#contracts/parse.ts";
import { originOf } from "#kafka/origin.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { receivedAt } from "#kafka/received_at.ts";
import { formatCoordinates } from "#kafka/record_coordinates.ts";
import type { Handler, Outcome } from "#consumer/handler.ts";
import type { NewEvent, Stored, StoredEvent } from "./event_store.ts";

/** Stores events of one partition, in order, and says what became of each. */
export type StoreEvents = (events: readonly NewEvent[]) => Promise<Stored[]>;

/** What is counted of the events of records in hand, kept until these are finished. */
export type EventsRead = WeakMap<
  ReceivedRecord,
  { readonly type: string; readonly timestamp: string }
>;

/**
 * Makes a row of each record, once per `event_id`. A duplicate is no error; a record that is no event,
 * or that contradicts the stored event of its id, is a dead letter.
 */
export function storing(
  store: StoreEvents,
  seen: EventsRead = new WeakMap(),
): Handler {
  return async (records) => {
    const read = records.map((record) => parseEvent(record.value));
    const events = records.flatMap((record, index) => {
      const parsed = read[index];
      if (!parsed?.ok) return [];
      const { event_type: type, timestamp } = parsed.value;
      seen.set(record, { type, timestamp });
      return [newEvent(record, parsed.text)];
    });
    const stored = events.length === 0 ? [] : await store(events);
    const fates = stored.values();
    return read.flatMap((parsed): Outcome[] => {
      if (!parsed.ok) {
        return [{ kind: "dead-letter", rejection: parsed.rejection }];
      }
      const fate = fates.next().value;
      return fate === undefined ? [] : [outcomeOf(fate, parsed.value.event_id)];
    });
  };
}

function newEvent(record: ReceivedRecord, json: string): NewEvent {
  const { topic, partition, offset } = record;
  return {
    json,
    topic,
    partition,
    offset,
    origin: originOf(record),
    receivedAt: receivedAt(record),
  };
}

function outcomeOf(stored: Stored, eventId: string): Outcome {
  if (stored.kind !== "conflict") return { kind: "done", as: stored.kind };
  return { kind: "dead-letter", rejection: conflict(eventId, stored.with) };
}

function conflict(eventId: string, stored: StoredEvent): Rejection {
  const id = eventId.length > 80 ? `${eventId.slice(0, 80)}…` : eventId;
  const [how, where] = stored.place
    ? ["stored", `from ${formatCoordinates(stored.place)}`]
    : ["adopted", "from the service before EventFlow"];
  return {
    code: "conflicting_duplicate",
    message: `Another event with event_id ${
      JSON.stringify(id)
    } is ${how}, ${where}; they differ in ${stored.differingKeys.join(", ")}.`,
    issues: stored.differingKeys.map((path) => ({
      path,
      message: `differs from the event ${how} ${where}`,
    })),
  };
}
