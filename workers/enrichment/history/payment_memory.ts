import type { Change, Contribution, Happening } from "./contribution.ts";
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
  /** What was remembered before; undefined if nothing was. */
  readonly before: PaymentMemory | undefined;
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
    return { before, memory, changes: [], as: "known" };
  }
  if (known === undefined && memory.facts.length >= MAX_FACTS) {
    return { before, memory, changes: [], as: "too_many" };
  }
  const facts = known === undefined
    ? [...memory.facts, fact]
    : memory.facts.with(place, fact);
  const changes = changesBetween(
    contributionsOf(memory.facts),
    contributionsOf(facts),
  );
  return {
    before,
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
  const all: Contribution[] = [];
  const payment = facts.find(({ kind }) => kind === "authorized") ??
    facts.find(({ kind }) => kind === "captured");
  for (const fact of facts) {
    const happening = happeningOf(fact, payment, facts);
    if (happening !== undefined) contribute(all, fact, { happening, facts });
  }
  return all;
}

/** What a fact counts as, beside the other facts of its payment; undefined if as nothing. */
function happeningOf(
  fact: Fact,
  payment: Fact | undefined,
  facts: readonly Fact[],
): Happening | undefined {
  if (fact === payment) return "payment";
  if (fact.kind === "declined") return "failed";
  if (fact.kind !== "disputed" || fact !== tellingOf(fact.part, facts)) {
    return undefined;
  }
  return fact.isFraud ? "fraud" : "dispute";
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
  let { customer, instrument, merchant, order } = fact;
  for (const one of facts) {
    customer ??= one.customer;
    instrument ??= one.instrument;
    merchant ??= one.merchant;
    order ??= one.order;
  }
  return { customer, instrument, merchant, order, payment: fact.payment };
}

/** What a fact adds to each who has part in it; whom they meet is in the order that `counterparts` has. */
function contribute(
  to: Contribution[],
  fact: Fact,
  { happening, facts }: { happening: Happening; facts: readonly Fact[] },
): void {
  const { atMs, currency, minor } = fact;
  const { customer, instrument, merchant, order, payment } = partiesOf(
    fact,
    facts,
  );
  const meets = happening === "payment" || happening === "failed";
  const slot = (met: string | undefined) =>
    meets && met !== undefined ? slotOf(met) : -1;
  const ofCustomer = slot(customer);
  const ofInstrument = slot(instrument);
  const ofMerchant = slot(merchant);
  const add = (entity: EntityKey, slotA: number, slotB: number) =>
    to.push({ entity, happening, atMs, currency, minor, slotA, slotB });
  if (customer !== undefined) add(customer, ofInstrument, ofMerchant);
  if (instrument !== undefined) add(instrument, ofCustomer, ofMerchant);
  if (merchant !== undefined) add(merchant, ofCustomer, ofInstrument);
  if (order !== undefined) add(order, ofInstrument, slot(payment));
}

/** Out with what is not there any more, in with what is new. Two attempts may be alike to the millisecond, and both count. */
function changesBetween(
  before: readonly Contribution[],
  after: readonly Contribution[],
): readonly Change[] {
  let same = 0;
  while (same < before.length && areSame(before[same], after[same])) same++;
  // A further fact of a payment seldom changes what the others count as.
  if (same === before.length) {
    return after.slice(same).map((contribution) => ({ contribution, sign: 1 }));
  }
  const changes = new Map<string, { one: Contribution; count: number }>();
  const count = (one: Contribution, by: 1 | -1) => {
    const text = textOf(one);
    const known = changes.get(text);
    if (known === undefined) changes.set(text, { one, count: by });
    else known.count += by;
  };
  for (const one of before.slice(same)) count(one, -1);
  for (const one of after.slice(same)) count(one, 1);
  return [...changes.values()].flatMap(({ one, count }) =>
    new Array<Change>(Math.abs(count))
      .fill({ contribution: one, sign: count < 0 ? -1 : 1 })
  );
}

function areSame(
  one: Contribution | undefined,
  other: Contribution | undefined,
): boolean {
  return one !== undefined && other !== undefined &&
    one.happening === other.happening && one.atMs === other.atMs &&
    one.currency === other.currency && one.minor === other.minor &&
    one.slotA === other.slotA && one.slotB === other.slotB &&
    one.entity === other.entity;
}

function textOf(one: Contribution): string {
  return `${one.happening} ${one.atMs} ${one.currency} ${one.minor} ${one.slotA} ${one.slotB} ${one.entity}`;
}
