import { headers } from "#contracts/headers.ts";
import { headerText } from "#kafka/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import type { Handler, Outcome } from "./handler.ts";

/** Whether a service has to do with a record: a replay may have meant it for another. */
export function isFor(
  service: string,
  { headers: all }: Pick<ReceivedRecord, "headers">,
): boolean {
  const addressee = headerText(all, headers.replayFor);
  return addressee === undefined || addressee === service;
}

/** Whether a replay has put a record in, so that when it was first received says nothing of this time. */
export function isReplay(
  { headers: all }: Pick<ReceivedRecord, "headers">,
): boolean {
  return all.some(({ name }) => name === headers.replayOf);
}

/** What becomes of a record that is meant for another service: nothing, and it is finished. */
export const passedOver: Outcome = { kind: "done", as: "passed_over" };

/** A handler that is not shown what is meant for another service. */
export function addressedTo(service: string, handle: Handler): Handler {
  return async (records) => {
    const own = records.filter((record) => isFor(service, record));
    if (own.length === records.length) return await handle(records);
    const outcomes = own.length === 0 ? [] : await handle(own);
    if (outcomes.length !== own.length) return outcomes;
    const next = outcomes.values();
    return records.map((record) =>
      isFor(service, record) ? next.next().value ?? passedOver : passedOver
    );
  };
}
