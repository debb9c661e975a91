import type { Fact, Item } from "./mapping.ts";

/**
 * A fact, unless it is of no money at all: with an amount of 0 providers tell that a card was looked at, or an order is free.
 *
 * @param type what the provider calls what it sent
 */
export function told(fact: Fact, type: string): Item {
  return /[1-9]/.test(fact.money.amount)
    ? { kind: "fact", fact }
    : { kind: "no_payment", type };
}
