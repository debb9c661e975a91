import { parseEnriched } from "#contracts/parse_enriched.ts";
import type { Enrichment } from "#contracts/events/payment_enriched.ts";
import { mappingVersionIn } from "#kafka/mapping_version.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import type { Handler, Outcome } from "#consumer/handler.ts";
import type { Effect, NewEnriched } from "./enriched_store.ts";

/** Stores enriched events of one partition, in order, and says what became of each. */
export type StoreEnriched = (
  all: readonly NewEnriched[],
) => Promise<readonly Effect[]>;

/** What is counted of what was worked out, kept until its record is finished. */
export type EnrichedRead = WeakMap<
  ReceivedRecord,
  Pick<Enrichment, "band" | "degraded">
>;

/**
 * Makes a row of each record, once per `event_id`. What is no enriched event is a dead letter; nothing else is refused.
 */
export function storing(
  store: StoreEnriched,
  seen: EnrichedRead = new WeakMap(),
): Handler {
  return async (records) => {
    const read = records.map((record) => parseEnriched(record.value));
    const all = records.flatMap((record, index): NewEnriched[] => {
      const parsed = read[index];
      if (!parsed?.ok) return [];
      const { event_id: eventId, enrichment } = parsed.value;
      seen.set(record, enrichment);
      const { topic, partition, offset } = record;
      return [{
        eventId,
        json: parsed.text,
        topic,
        partition,
        offset,
        mappingVersion: mappingVersionIn(record.headers),
      }];
    });
    const effects = (all.length === 0 ? [] : await store(all)).values();
    return read.flatMap((parsed): Outcome[] => {
      if (!parsed.ok) {
        return [{ kind: "dead-letter", rejection: parsed.rejection }];
      }
      const { value: as } = effects.next();
      return as === undefined ? [] : [{ kind: "done", as }];
    });
  };
}
