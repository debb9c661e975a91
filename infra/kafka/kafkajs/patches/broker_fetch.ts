/// <reference path="./broker.d.ts" />
import kafkajs from "kafkajs";
// Imported, not required: Deno lets a program without the right to read import what it is made of.
import broker from "kafkajs/src/broker/index.js";
import type { Broker } from "kafkajs/src/broker/index.js";
import { fetchFrom, recordsBehind } from "../consuming/fetch.ts";
import type { FetchedRecords } from "../consuming/fetched_records.ts";

type Fetch = Broker["fetch"];

const patchedFetch = patched(function (this: Broker, request) {
  return fetchFrom(this, request);
});

let clock = 0;
const begunAt = new WeakMap<object, number>();

/**
 * Has kafkajs fetch by `fetchFrom`. Beyond that each fetch is known by when it began (`isFetchedAfter`), and
 * a broker that does not answer one is left (`hungUp`). Safe to call more than once.
 */
export function patchFetches(): void {
  broker.prototype.fetch = patchedFetch;
}

/** A moment, to be compared with those at which fetches begin. */
export function now(): number {
  return ++clock;
}

/**
 * Whether a batch was fetched after a moment.
 *
 * kafkajs fetches from each broker on its own. While one of its fetches finds out that the group must
 * be joined again, and joins, another may be under way; its batch then arrives in the new stay, though
 * it goes on where the old one had got to. Taken for the new one, it would move reading past records
 * that nobody has finished.
 */
export function isFetchedAfter(moment: number, batch: object): boolean {
  const messages: unknown = Reflect.get(batch, "rawMessages");
  const begun = typeof messages === "object" && messages !== null
    ? begunAt.get(messages)
    : undefined;
  return begun !== undefined && begun >= moment;
}

/** Where the fetch of a batch began to read. */
export function fetchedOffset(batch: object): number {
  return Number(Reflect.get(batch, "fetchedOffset"));
}

/** What was fetched with a batch of kafkajs. */
export function recordsIn(batch: object): FetchedRecords {
  return recordsBehind(Object(Reflect.get(batch, "rawMessages")));
}

/** A fetch whose answers are patched. */
export function patched(fetch: Fetch): Fetch {
  return async function (this: Broker, request) {
    const begun = clock;
    const answer = await fetch.call(this, request)
      .catch((error) => Promise.reject(hungUp(this, error)));
    for (const { partitions } of answer.responses) {
      for (const partition of partitions) {
        begunAt.set(partition.messages, begun);
      }
    }
    return answer;
  };
}

/**
 * A broker that hangs is as good as gone, but kafkajs would ask it again on the same connection until
 * its retries are used up, half a minute later, though the partition may long have another leader. To a
 * closed connection kafkajs does the right thing: it lets go of the broker and looks for the leader. The
 * connection itself is left to be closed by the broker, as others may wait for answers on it.
 */
function hungUp(broker: Broker, error: unknown): unknown {
  if (!(error instanceof kafkajs.KafkaJSRequestTimeoutError)) return error;
  const { host, port } = broker.connectionPool;
  // Told by its name; kafkajs's types do not have the class.
  return Object.assign(new kafkajs.KafkaJSConnectionError(error), {
    name: "KafkaJSConnectionClosedError",
    host,
    port,
  });
}
