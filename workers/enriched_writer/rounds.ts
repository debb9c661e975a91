import type { NewEnriched } from "./enriched_store.ts";

type Told = Pick<NewEnriched, "eventId" | "mappingVersion">;

/**
 * Splits what came in order into rounds, each with one of an `event_id` at most. Storing round after round is as storing one after
 * the other: of an `event_id` only what is of a higher version than all before it can change a row that those have made or met.
 * Mostly there is one round.
 *
 * @returns the rounds in order, without what can change nothing
 */
export function inRounds<T extends Told>(all: readonly T[]): T[][] {
  const rounds: T[][] = [];
  const met = new Map<string, { rounds: number; highest: number }>();
  for (const one of all) {
    const { eventId, mappingVersion: version = 0 } = one;
    const before = met.get(eventId);
    if (before !== undefined && version <= before.highest) continue;
    const round = before?.rounds ?? 0;
    (rounds[round] ??= []).push(one);
    met.set(eventId, { rounds: round + 1, highest: version });
  }
  return rounds;
}
