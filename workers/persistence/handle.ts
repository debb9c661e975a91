import { parseValidated, type Rejection } from "#contracts/parse.ts";
import { mappingVersionIn } from "#kafka/mapping_version.ts";
import { originItemOf, originOf } from "#kafka/origin.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { receivedAt } from "#kafka/received_at.ts";
import {
  formatCoordinates,
  type RecordCoordinates,
} from "#kafka/record_coordinates.ts";
import type { Handler, Outcome } from "#consumer/handler.ts";
import type { NewEvent, Stored, StoredEvent } from "./event_store.ts";
import { transmissionIn } from "./transmissions.ts";

/** Stores events of one partition, in order, and says what became of each. */
export type StoreEvents = (events: readonly NewEvent[]) => Promise<Stored[]>;

/** What is counted of the events of records in hand, kept until these are finished. */
export type EventsRead = WeakMap<
  ReceivedRecord,
  { readonly type: string; readonly timestamp: string }
>;

/**
 * Makes a row of each record, once per `event_id`. A duplicate is no error, and neither is a fact of another mapping version than
 * the stored one. An event of a type that only a newer validator knows is stored as any other. A record that is no event, that contradicts the stored event of its id, or that came in a transmission whose id
 * had another body, is a dead letter.
 */
export function storing(
  store: StoreEvents,
  seen: EventsRead = new WeakMap(),
): Handler {
  return async (records) => {
    const read = records.map((record) => parseValidated(record.value));
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
    originItem: originItemOf(record.headers)?.item,
    receivedAt: receivedAt(record),
    mappingVersion: mappingVersionIn(record.headers),
    transmission: transmissionIn(record.headers),
  };
}

function outcomeOf(stored: Stored, eventId: string): Outcome {
  switch (stored.kind) {
    case "conflict":
      return { kind: "dead-letter", rejection: conflict(eventId, stored.with) };
    case "reused_transmission":
      return { kind: "dead-letter", rejection: reused(stored.first) };
    default:
      return { kind: "done", as: stored.kind };
  }
}

function reused(first: RecordCoordinates): Rejection {
  const where = formatCoordinates(first);
  return {
    code: "reused_transmission",
    message:
      `The id of its transmission came with another body before, in ${where}: one of the two was not sent by the provider.`,
    issues: [],
  };
}

function conflict(eventId: string, stored: StoredEvent): Rejection {
  const id = eventId.length > 80 ? `${eventId.slice(0, 80)}…` : eventId;
  if (stored.droppedDay !== undefined) {
    return {
      code: "conflicting_duplicate",
      message: `An event with event_id ${
        JSON.stringify(id)
      } was stored on ${stored.droppedDay}, a day whose rows are dropped; as far as its key can tell, it says something else.`,
      issues: [],
    };
  }
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
