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
function sumOf(
  facts: readonly Fact[],
  kind: FactKind,
  currency: string,
): number {
  let sum = 0;
  for (let n = 0; n < facts.length; n++) {
    const fact = facts[n];
    if (fact === undefined || fact.kind !== kind) continue;
    if (fact.currency !== currency || isUndone(fact, facts)) continue;
    if (!isToldAgain(fact, facts, n + 1)) sum += fact.minor;
  }
  return sum;
}

function isUndone({ part }: Fact, facts: readonly Fact[]): boolean {
  return part !== 0 &&
    facts.some((other) => other.kind === "undone" && other.part === part);
}

function isToldAgain(fact: Fact, facts: readonly Fact[], from: number) {
  for (let n = from; n < facts.length; n++) {
    const other = facts[n];
    if (
      other !== undefined && other.kind === fact.kind &&
      other.currency === fact.currency && partOrId(other) === partOrId(fact)
    ) return true;
  }
  return false;
}

const partOrId = ({ part, id }: Fact) => part === 0 ? id : part;
