import type { ReceivedRecord } from "#runtime/kafka/port.ts";
import type { Handler, Outcome } from "#runtime/kafka/worker/handler.ts";
import { isolate } from "#runtime/kafka/worker/isolate.ts";
import type { Database } from "./database.ts";
import { storeEvents } from "./event_store.ts";
import type { FreshDatabase } from "./fresh_database.ts";
import { storing } from "./handle.ts";

/** The service's handler on a database. */
export function handlerOf(database: Database): Handler {
  return storing((events) => storeEvents(database, events));
}

/**
 * Handles records as one chunk, with poison isolated as the runtime does it.
 *
 * @returns each record's outcome in a word: what was done, or the dead letter's code
 */
export async function handled(
  { database }: FreshDatabase,
  ...records: ReceivedRecord[]
): Promise<(string | undefined)[]> {
  return (await isolate(handlerOf(database), records)).map(wordOf);
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
