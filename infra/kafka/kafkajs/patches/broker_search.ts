/// <reference path="./broker_pool.d.ts" />
import brokerPool from "kafkajs/src/cluster/brokerPool.js";
import type { WithBroker } from "kafkajs/src/cluster/brokerPool.js";
import { denialIn } from "../administration/denials.ts";

const patchedWithBroker = tellingDenials(brokerPool.prototype.withBroker);

/**
 * Patches how kafkajs looks for whose turn it is to answer. It asks one broker after the other and forgets what
 * each said, so that a group or a transactional id that one may not ask for looks like one that nobody coordinates
 * just now, which is waited for.
 *
 * Safe to call more than once.
 */
export function patchSearches(): void {
  brokerPool.prototype.withBroker = patchedWithBroker;
}

/** A search that throws what denied it, if nobody answered. */
export function tellingDenials(withBroker: WithBroker): WithBroker {
  return async function <T>(
    this: unknown,
    ask: Parameters<typeof withBroker<T>>[0],
  ): Promise<T | null> {
    let denial: unknown;
    const answer = await withBroker.call<
      unknown,
      [typeof ask],
      Promise<T | null>
    >(this, async (found) => {
      try {
        return await ask(found);
      } catch (error) {
        if (denialIn(error) !== undefined) denial = error;
        throw error;
      }
    });
    if (answer === null && denial !== undefined) throw denial;
    return answer;
  };
}
