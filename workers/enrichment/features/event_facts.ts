import type { Recent } from "../history/recent.ts";
import type { EventLike } from "../history/fact.ts";
import type { HistoryView } from "../history/history.ts";
import type { CountryFacts } from "./countries.ts";
import { type DeclineFacts, declineFacts } from "./decline_facts.ts";
import { type LifeCycleFacts, lifeCycleOf } from "./life_cycle.ts";
import { convert, type FxFacts, type Rates } from "./rates.ts";
import type { ScoredMoment } from "./scored_moment.ts";

/** What is worked out about an event of any type, beside a score. What is not known is not there, and is named in `missing`. */
export type EventFacts = {
  readonly decline?: DeclineFacts;
  readonly fx?: FxFacts;
  /** Of an authorised payment or a declined one: what happened before it to those who have part in it. */
  readonly velocity?: Partial<Record<Party, Recent>>;
  readonly life_cycle: LifeCycleFacts;
  readonly countries?: CountryFacts;
  readonly missing: readonly Missing[];
};

const parties = ["customer", "instrument", "merchant", "order"] as const;
export type Party = (typeof parties)[number];

export const missing = [...parties, "fx_rate", "countries"] as const;
export type Missing = (typeof missing)[number];

/**
 * @param moment of the event
 * @param view what is known below the event
 */
export function eventFacts(
  event: EventLike,
  moment: ScoredMoment,
  { view, rates }: { view: HistoryView; rates: Rates | undefined },
): EventFacts {
  const { fact, countries } = moment;
  const isAttempt = fact.kind === "authorized" || fact.kind === "declined";
  const decline = declineFacts(event.payload, moment.instrument);
  const fx = rates && convert(event.payload, rates);
  const { memory } = view.with(fact);
  return {
    ...decline && { decline },
    ...fx && { fx },
    ...isAttempt && { velocity: velocities(moment) },
    life_cycle: lifeCycleOf(memory.facts, fact.currency),
    ...countries && { countries },
    missing: missingOf(moment, fx),
  };
}

function velocities(moment: ScoredMoment): Partial<Record<Party, Recent>> {
  const all: Partial<Record<Party, Recent>> = {};
  for (const party of parties) {
    const recent = moment[party];
    if (recent !== undefined) all[party] = recent;
  }
  return all;
}

function missingOf(
  moment: ScoredMoment,
  fx: FxFacts | undefined,
): readonly Missing[] {
  const all: Missing[] = [];
  for (const party of parties) {
    if (moment[party] === undefined) all.push(party);
  }
  if (fx === undefined) all.push("fx_rate");
  if (moment.countries === undefined) all.push("countries");
  return all;
}
