import type { Change, Contribution } from "./contribution.ts";
import type { EntityKey } from "./entity_key.ts";
import type { Fact } from "./fact.ts";
import { slotOf } from "./hashes.ts";

/**
 * What is remembered of a payment: its facts in the order in which they came, each once, in its newest version. All records of a
 * payment are in one partition, so there is one order of them. A memory is never altered: what was kept of it stays true.
 */
export type PaymentMemory = {
  readonly key: string;
  readonly facts: readonly Fact[];
};

/** Further facts of a payment are passed over: its memory is bounded. */
export const MAX_FACTS = 64;

export type Remembered = {
  readonly memory: PaymentMemory;
  /** What is to be folded into whom because of the fact. Empty if it was known, or there were too many. */
  readonly changes: readonly Change[];
  /** `known`: it came before, in this or a newer version. `superseding`: an older version of it was known. */
  readonly as: "new" | "known" | "superseding" | "too_many";
};

/**
 * What a payment's memory is after a fact, and what changes for those who have part in it. A fact of a newer mapping takes the
 * place of the older one: what that had added is folded out.
 *
 * @param before undefined if nothing is remembered of the payment
 */
export function remember(
  before: PaymentMemory | undefined,
  fact: Fact,
): Remembered {
  const memory = before ?? { key: fact.payment, facts: [] };
  const place = memory.facts.findIndex(({ id }) => id === fact.id);
  const known = memory.facts[place];
  if (known !== undefined && known.version >= fact.version) {
    return { memory, changes: [], as: "known" };
  }
  if (known === undefined && memory.facts.length >= MAX_FACTS) {
    return { memory, changes: [], as: "too_many" };
  }
  const facts = known === undefined
    ? [...memory.facts, fact]
    : memory.facts.with(place, fact);
  const changes = changesBetween(
    contributionsOf(memory.facts),
    contributionsOf(facts),
  );
  return {
    memory: { key: memory.key, facts },
    changes,
    as: known === undefined ? "new" : "superseding",
  };
}

/**
 * What a payment's facts add to those who have part in it. A payment counts once, when it was first authorised (or captured, if
 * nobody told of an authorisation), each declined attempt once, each dispute once. Who has part in it is taken from whichever fact
 * of the payment says so: a dispute seldom names the customer.
 */
export function contributionsOf(
  facts: readonly Fact[],
): readonly Contribution[] {
  const counted = countedOf(facts);
  return counted.flatMap(({ fact, happening }) => {
    const parties = partiesOf(fact, facts);
    return entitiesOf(parties).map(([entity, a, b]): Contribution => {
      const meets = happening === "payment" || happening === "failed";
      return {
        entity,
        happening,
        atMs: fact.atMs,
        currency: fact.currency,
        minor: fact.minor,
        slotA: meets && a !== undefined ? slotOf(a) : -1,
        slotB: meets && b !== undefined ? slotOf(b) : -1,
      };
    });
  });
}

type Counted = {
  readonly fact: Fact;
  readonly happening: Contribution["happening"];
};

function countedOf(facts: readonly Fact[]): readonly Counted[] {
  const payment = facts.find(({ kind }) => kind === "authorized") ??
    facts.find(({ kind }) => kind === "captured");
  return facts.flatMap((fact): Counted[] => {
    if (fact === payment) return [{ fact, happening: "payment" }];
    if (fact.kind === "declined") return [{ fact, happening: "failed" }];
    if (fact.kind !== "disputed" || fact !== tellingOf(fact.part, facts)) {
      return [];
    }
    return [{ fact, happening: fact.isFraud ? "fraud" : "dispute" }];
  });
}

/** Of all that was said of a dispute, what it counts by: the first that calls it a fraud, else the first. */
function tellingOf(part: number, facts: readonly Fact[]): Fact | undefined {
  const said = facts.filter((one) =>
    one.kind === "disputed" && one.part === part
  );
  return said.find(({ isFraud }) => isFraud) ?? said[0];
}

type Parties = {
  readonly customer: EntityKey | undefined;
  readonly instrument: EntityKey | undefined;
  readonly merchant: EntityKey | undefined;
  readonly order: EntityKey | undefined;
  readonly payment: string;
};

/** Who has part in a fact: as it says itself, else as the payment's first fact that says it. */
export function partiesOf(fact: Fact, facts: readonly Fact[]): Parties {
  const said = (party: Exclude<keyof Parties, "payment">) =>
    fact[party] ?? facts.find((one) => one[party] !== undefined)?.[party];
  return {
    customer: said("customer"),
    instrument: said("instrument"),
    merchant: said("merchant"),
    order: said("order"),
    payment: fact.payment,
  };
}

/** Each entity with the two that it meets, in the order that `counterparts` has. */
function entitiesOf(
  { customer, instrument, merchant, order, payment }: Parties,
): readonly [EntityKey, string | undefined, string | undefined][] {
  const all: [EntityKey, string | undefined, string | undefined][] = [];
  if (customer !== undefined) all.push([customer, instrument, merchant]);
  if (instrument !== undefined) all.push([instrument, customer, merchant]);
  if (merchant !== undefined) all.push([merchant, customer, instrument]);
  if (order !== undefined) all.push([order, instrument, payment]);
  return all;
}

/** Out with what is not there any more, in with what is new. Two attempts may be alike to the millisecond, and both count. */
function changesBetween(
  before: readonly Contribution[],
  after: readonly Contribution[],
): readonly Change[] {
  // Most payments' first fact.
  if (before.length === 0) {
    return after.map((contribution) => ({ contribution, sign: 1 }));
  }
  const changes = new Map<string, { one: Contribution; count: number }>();
  const count = (one: Contribution, by: 1 | -1) => {
    const text = textOf(one);
    const known = changes.get(text);
    if (known === undefined) changes.set(text, { one, count: by });
    else known.count += by;
  };
  for (const one of before) count(one, -1);
  for (const one of after) count(one, 1);
  return [...changes.values()].flatMap(({ one, count }) =>
    new Array<Change>(Math.abs(count))
      .fill({ contribution: one, sign: count < 0 ? -1 : 1 })
  );
}

function textOf(one: Contribution): string {
  return `${one.happening} ${one.atMs} ${one.currency} ${one.minor} ${one.slotA} ${one.slotB} ${one.entity}`;
}
