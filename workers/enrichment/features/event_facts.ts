import { windowNames } from "../history/cells.ts";
import type { Recent } from "../history/entity_view.ts";
import type { EventLike } from "../history/fact.ts";
import type { HistoryView } from "../history/history.ts";
import { remember } from "../history/payment_memory.ts";
import type { CountryFacts } from "./countries.ts";
import { type DeclineFacts, declineFacts } from "./decline_facts.ts";
import { type LifeCycleFacts, lifeCycleOf } from "./life_cycle.ts";
import { convert, type FxFacts, type Rates } from "./rates.ts";
import type { ScoredMoment } from "./scored_moment.ts";

/** What is worked out about an event of any type, beside a score. What is not known is not there, and is named in `missing`. */
export type EventFacts = {
  readonly decline?: DeclineFacts;
  readonly fx?: FxFacts;
  /** Of an authorised payment or a declined one: before it. */
  readonly velocity?: Partial<Record<Party, Velocity>>;
  readonly life_cycle: LifeCycleFacts;
  readonly countries?: CountryFacts;
  readonly missing: readonly Missing[];
};

const parties = ["customer", "instrument", "merchant", "order"] as const;
type Party = (typeof parties)[number];

export const missing = [...parties, "fx_rate", "countries"] as const;
export type Missing = (typeof missing)[number];

/** Authorised, declined, and the sum of those authorised in the event's currency, in minor units. */
export type Velocity = {
  readonly [W in (typeof windowNames)[number]]: readonly [
    payments: number,
    declined: number,
    minor: number,
  ];
};

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
  const { memory } = remember(view.payment(fact.payment), fact);
  const nameless = parties.filter((party) => moment[party] === undefined);
  return {
    ...decline && { decline },
    ...fx && { fx },
    ...isAttempt && { velocity: velocities(moment) },
    life_cycle: lifeCycleOf(memory.facts, fact.currency),
    ...countries && { countries },
    missing: [
      ...nameless,
      ...fx === undefined ? ["fx_rate" as const] : [],
      ...countries === undefined ? ["countries" as const] : [],
    ],
  };
}

function velocities(moment: ScoredMoment): Partial<Record<Party, Velocity>> {
  const all: Partial<Record<Party, Velocity>> = {};
  for (const party of parties) {
    const recent = moment[party];
    if (recent !== undefined) all[party] = velocityOf(recent);
  }
  return all;
}

function velocityOf({ windows }: Recent): Velocity {
  const of = (window: (typeof windowNames)[number]) => {
    const { payments, failed, minor } = windows[window];
    return [payments, failed, minor] as const;
  };
  return {
    "5m": of("5m"),
    "1h": of("1h"),
    "1d": of("1d"),
    "7d": of("7d"),
    "30d": of("30d"),
  };
}
