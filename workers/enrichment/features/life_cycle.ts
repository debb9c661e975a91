import type { Fact, FactKind } from "../history/fact.ts";

/** What must not be, and providers still tell now and then. */
export const breaches = [
  "captured_more_than_authorized",
  "refunded_more_than_captured",
  /** One of the payment's facts is in another currency: sums are of those in the fact's own. */
  "currencies_differ",
] as const;
export type Breach = (typeof breaches)[number];

/** A payment's money up to a fact, the fact included: minor units of its currency. */
export type LifeCycleFacts = {
  readonly authorized: number;
  readonly captured: number;
  readonly refunded: number;
  readonly breaches: readonly Breach[];
};

/**
 * @param facts of one payment, the newest version of each
 * @param currency of the fact at hand
 */
export function lifeCycleOf(
  facts: readonly Fact[],
  currency: string,
): LifeCycleFacts {
  const sum = (kind: FactKind) => sumOf(facts, kind, currency);
  const [authorized, captured, refunded] = [
    sum("authorized"),
    sum("captured"),
    sum("refunded"),
  ];
  const found: readonly (Breach | false)[] = [
    // Nobody need have told of the authorisation or the capture: of nothing, there is no more.
    authorized > 0 && captured > authorized && "captured_more_than_authorized",
    captured > 0 && refunded > captured && "refunded_more_than_captured",
    facts.some((fact) => fact.currency !== currency) && "currencies_differ",
  ];
  return {
    authorized,
    captured,
    refunded,
    breaches: found.filter((breach) => breach !== false),
  };
}

/** Without what failed after it was told; a capture or refund that is told twice counts once, by what was told last. */
function sumOf(facts: readonly Fact[], kind: FactKind, currency: string) {
  const undone = new Set(
    facts.filter((fact) => fact.kind === "undone" && fact.part !== 0)
      .map(({ part }) => part),
  );
  const parts = new Map<number, number>();
  for (const fact of facts) {
    const { part, id, minor } = fact;
    if (fact.kind !== kind || fact.currency !== currency) continue;
    if (!undone.has(part)) parts.set(part === 0 ? id : part, minor);
  }
  return [...parts.values()].reduce((sum, minor) => sum + minor, 0);
}
