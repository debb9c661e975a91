import type { ReceivedRecord } from "#kafka/port.ts";
import type { Handler, Outcome } from "#consumer/handler.ts";
import { isolate } from "#consumer/isolate.ts";
import { OutageRule } from "#consumer/outage_rule.ts";
import type { Database } from "#runtime/postgres/database.ts";
import { storeEnriched } from "../../../../workers/enriched_writer/enriched_store.ts";
import { storing as storingEnriched } from "../../../../workers/enriched_writer/handle.ts";
import { storeEvents } from "../../../../workers/persistence/event_store.ts";
import { storing } from "../../../../workers/persistence/handle.ts";

/** The service's handler on a database. */
export function handlerOf(database: Pick<Database, "use">): Handler {
  return storing((events) => storeEvents(database, events));
}

/** As many keys as make an outage by default. */
const OUTAGE_AFTER_KEYS = 5;

/**
 * Handles records as one batch, with poison isolated and outages suspected as the runtime does it.
 *
 * @returns each record's outcome in a word: what was done, or the dead letter's code
 */
export async function handled(
  { database }: { readonly database: Pick<Database, "use"> },
  ...records: ReceivedRecord[]
): Promise<(string | undefined)[]> {
  return await wordsOf(handlerOf(database), records);
}

/** As the enriched writer does it with enriched records. */
export async function handledAsEnriched(
  { database }: { readonly database: Pick<Database, "use"> },
  ...records: ReceivedRecord[]
): Promise<(string | undefined)[]> {
  const handle = storingEnriched((all) => storeEnriched(database, all));
  return await wordsOf(handle, records);
}

async function wordsOf(handle: Handler, records: readonly ReceivedRecord[]) {
  const rule = new OutageRule(OUTAGE_AFTER_KEYS);
  return (await isolate(handle, records, rule)).map(wordOf);
}

function wordOf(outcome: Outcome): string | undefined {
  switch (outcome.kind) {
    case "dead-letter":
      return outcome.rejection.code;
    case "done":
      return outcome.as;
    case "forward":
      return outcome.kind;
  }
}
