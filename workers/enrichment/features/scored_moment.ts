import { decimalsOf } from "#contracts/currencies.ts";
import { stranger } from "../history/entity_view.ts";
import type { Recent } from "../history/recent.ts";
import type { EntityKey } from "../history/entity_key.ts";
import type { EventLike, Fact } from "../history/fact.ts";
import type { HistoryView } from "../history/history.ts";
import { partiesOf } from "../history/payment_memory.ts";
import { countriesOf, type CountryFacts } from "./countries.ts";
import { convert, type Rates } from "./rates.ts";

/** All that features are made of: an event, and what was known when it came. */
export type ScoredMoment = {
  readonly fact: Fact;
  /** In units of the rates' base, or of its own currency if there are no rates; undefined if its currency has none. */
  readonly amount: number | undefined;
  readonly decimals: number;
  readonly countries: CountryFacts | undefined;
  /** Of whoever the payment names. One who is named and not remembered has an empty one. */
  readonly customer: Recent | undefined;
  readonly instrument: Recent | undefined;
  readonly merchant: Recent | undefined;
  readonly order: Recent | undefined;
};

/**
 * @param view what is known below the event: neither the event itself nor anything behind it
 * @param rates undefined if there is no file of rates
 */
export function scoredMoment(
  event: EventLike,
  fact: Fact,
  { view, rates }: { view: HistoryView; rates: Rates | undefined },
): ScoredMoment {
  const parties = partiesOf(fact, view.payment(fact.payment)?.facts ?? []);
  const recent = (key: EntityKey | undefined) =>
    key === undefined
      ? undefined
      : (view.entity(key) ?? stranger).recent(fact.atMs, fact.currency);
  return {
    fact,
    amount: rates === undefined
      ? event.payload.amount
      : convert(event.payload, rates)?.amount,
    decimals: decimalsOf(fact.currency),
    countries: countriesOf(event.payload),
    customer: recent(parties.customer),
    instrument: recent(parties.instrument),
    merchant: recent(parties.merchant),
    order: recent(parties.order),
  };
}
