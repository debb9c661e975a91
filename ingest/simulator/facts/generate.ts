/**
 * Payments of many days as facts, in the order of their times, without sending any.
 *
 * @module
 */
import type { FraudKind } from "../customers/fraud_kinds.ts";
import { DueHeap } from "../customers/heap.ts";
import { Population } from "../customers/population.ts";
import type { Purchase } from "../customers/purchase.ts";
import { seededRandom } from "#runtime/seeded_random.ts";
import { poisson, type Random, seedOf } from "../customers/random.ts";
import { FraudRing } from "../customers/ring.ts";
import { Shopping } from "../customers/shopping.ts";
import { storyOf, type Weather } from "../customers/story.ts";
import { droppedTo, RING_SHARE, STORM_COPIES } from "../incidents/kinds.ts";
import { decimalsOf } from "#contracts/currencies.ts";
import { momentOf, type Step } from "../voices/life.ts";
import {
  amountFor,
  centsOf,
  lastingIds,
  type Payment,
} from "../voices/payment.ts";
import { dayCurve } from "./day_curve.ts";
import { factAt } from "./fact.ts";
import { type FactCounts, noCounts } from "./fact_counts.ts";
import type { PlannedIncident } from "./incident_plan.ts";
import { type Market, markets } from "./markets.ts";
import { NumberedIds } from "./numbered_ids.ts";

const MINUTE_MS = 60_000;
const MINUTES_PER_DAY = 1_440;
const DAY_MS = MINUTES_PER_DAY * MINUTE_MS;
/** Over how long that is told which an outage held back. */
const CATCH_UP_MS = 6 * 60 * MINUTE_MS;

export type FactWishes = {
  readonly seed: number;
  /** The first day's beginning, in milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly days: number;
  /** On average, all markets together. */
  readonly paymentsPerDay: number;
  /** All markets together; each customer and merchant is of one. */
  readonly customers: number;
  readonly fraudKinds: readonly FraudKind[];
  /** About this share of payments, 0 to 1. */
  readonly fraudRate: number;
  readonly incidents: readonly PlannedIncident[];
  /** Whether what becomes of the payments of these days is told to its end, after the last of them. */
  readonly toTheEnd: boolean;
};

/** A payment between two of its facts. */
type Told = {
  readonly market: Market;
  readonly payment: Payment;
  readonly steps: readonly Step[];
  readonly timesMs: readonly number[];
  nth: number;
};

/**
 * @param counts are counted up as facts are taken
 * @returns events of our contracts, each as one line of JSON without its end, in the order of their timestamps
 */
export function* generateFacts(
  wishes: FactWishes,
  counts: FactCounts = noCounts(),
): Generator<string> {
  const { sinceMs, days, toTheEnd } = wishes;
  const untilMs = sinceMs + days * DAY_MS;
  const told = new DueHeap<Told>();
  const sellers = markets.map((market) => new Seller(market, wishes, counts));
  for (let atMs = sinceMs; atMs < untilMs; atMs += MINUTE_MS) {
    for (const seller of sellers) {
      for (const one of seller.minute(atMs)) told.add(one.timesMs[0] ?? 0, one);
    }
    yield* until(atMs + MINUTE_MS);
  }
  if (toTheEnd) yield* until(Infinity);

  function* until(endMs: number) {
    while (told.nextMs < endMs) {
      const one = told.take();
      if (one === undefined) break;
      const line = lineOf(one);
      for (let copy = copiesOf(one, wishes.incidents); copy > 0; copy--) {
        counts.facts++;
        yield line;
      }
      count(one, counts);
      one.nth++;
      const nextMs = one.timesMs[one.nth];
      if (nextMs !== undefined) told.add(nextMs, one);
    }
  }
}

function count({ steps, nth }: Told, counts: FactCounts): void {
  if (nth === 0) counts.payments++;
  if (steps[nth] === "failed") counts.failed++;
  if (steps[nth] === "dispute_opened") counts.disputes++;
}

/** What is sold in one market, minute by minute. */
class Seller {
  readonly #market: Market;
  readonly #incidents: readonly PlannedIncident[];
  readonly #perMinute: number;
  readonly #seed: number;
  readonly #random: Random;
  readonly #population: Population;
  readonly #shopping: Shopping;
  readonly #rings = new Map<PlannedIncident, FraudRing>();
  readonly #prefix: string;
  readonly #counts: FactCounts;
  #payments = 0;

  constructor(market: Market, wishes: FactWishes, counts: FactCounts) {
    const { seed, paymentsPerDay, customers, fraudKinds, fraudRate } = wishes;
    const name = `${market.provider} ${market.account} ${market.currency}`;
    this.#market = market;
    this.#counts = counts;
    this.#seed = seedOf(`${seed} ${name}`);
    this.#random = seededRandom(this.#seed);
    this.#prefix = `${seed}${"abcdefghi"[markets.indexOf(market)] ?? "z"}`;
    this.#perMinute = paymentsPerDay * market.share / MINUTES_PER_DAY;
    this.#incidents = wishes.incidents.filter(({ provider }) =>
      provider === market.provider
    );
    this.#population = new Population({
      seed: this.#seed,
      customers: Math.max(1, Math.round(customers * market.share)),
    });
    this.#shopping = new Shopping({
      population: this.#population,
      kinds: fraudKinds,
      fraudRate,
      pace: 1,
      random: this.#random,
    });
  }

  /** The payments that are made in the minute that begins then. */
  *minute(atMs: number): Generator<Told> {
    const random = this.#random;
    const mean = this.#perMinute * dayCurve(atMs, this.#market.zoneHours);
    const ring = this.#under("fraud-ring", atMs);
    for (const time of this.#times(atMs, mean)) {
      yield* this.#paid(this.#shopping.next(time));
    }
    // Behind the usual ones, amid which further frauds begin.
    for (
      let due = this.#dueBy(atMs);
      due !== undefined;
      due = this.#dueBy(atMs)
    ) {
      yield* this.#paid(due);
    }
    if (ring === undefined) return;
    for (const time of this.#times(atMs, mean * RING_SHARE)) {
      yield* this.#paid(this.#ringOf(ring, random).purchase(time));
    }
  }

  #times(atMs: number, mean: number): number[] {
    return Array.from(
      { length: poisson(mean, this.#random) },
      () => atMs + Math.floor(this.#random() * MINUTE_MS),
    );
  }

  /** Frauds of the minute that begins then. */
  #dueBy(atMs: number): Purchase | undefined {
    return this.#shopping.due(atMs + MINUTE_MS - 1);
  }

  #ringOf(incident: PlannedIncident, random: Random): FraudRing {
    const ring = this.#rings.get(incident) ?? new FraudRing({
      population: this.#population,
      name: `r${this.#rings.size}`,
      random,
    });
    this.#rings.set(incident, ring);
    return ring;
  }

  /** A purchase as a payment, unless the provider is away. */
  *#paid(purchase: Purchase): Generator<Told> {
    const random = this.#random;
    const outage = this.#under("provider-outage", purchase.atMs);
    if (outage !== undefined && random() >= outage.left) return;
    const story = storyOf(purchase, {
      weather: this.#weather(purchase.atMs),
      pace: 1,
      random,
    });
    const { currency } = this.#market;
    const decimals = decimalsOf(currency);
    const number = `${this.#prefix}${++this.#payments}`;
    const { customer, merchant, ipCountry, instrument, size, fraud } = purchase;
    if (fraud !== undefined) this.#counts.frauds++;
    const lasting = lastingIds(purchase);
    yield {
      market: this.#market,
      steps: story.steps,
      timesMs: this.#toldAt(purchase.atMs, story.afterMs),
      nth: 0,
      payment: {
        ids: new NumberedIds(
          number,
          Object.fromEntries(
            ["customer", "merchant", "fingerprint"].map((
              name,
            ) => [name, `${this.#prefix}${lasting[name]}`]),
          ),
        ),
        orderId: `ord_${number}`,
        currency,
        decimals,
        amount: amountFor(centsOf(size), currency, decimals),
        card: instrument.card,
        decline: story.decline,
        complaint: story.complaint,
        ip: "",
        email: "",
        shopper: { customer, merchant, ipCountry },
      },
    };
  }

  /** Nothing is told amid an outage: what would have been is told in the hours after it. */
  #toldAt(atMs: number, afterMs: readonly number[]): number[] {
    let last = 0;
    return afterMs.map((after, nth) => {
      const ms = atMs + after;
      const outage = nth === 0 ? undefined : this.#under("provider-outage", ms);
      const toldMs = outage === undefined || outage.left > 0
        ? ms
        : outage.untilMs + Math.floor(this.#random() * CATCH_UP_MS);
      return last = Math.max(toldMs, last + 1);
    });
  }

  #weather(atMs: number): Weather {
    const drop = this.#under("approval-drop", atMs);
    return drop === undefined ? {} : droppedTo(drop.left);
  }

  #under(kind: PlannedIncident["kind"], atMs: number) {
    return underway(this.#incidents, kind, atMs);
  }
}

function copiesOf(
  { market: { provider }, timesMs, nth }: Told,
  incidents: readonly PlannedIncident[],
): number {
  const storm = underway(
    incidents.filter((one) => one.provider === provider),
    "duplicate-storm",
    timesMs[nth] ?? 0,
  );
  return storm === undefined ? 1 : STORM_COPIES;
}

function underway(
  incidents: readonly PlannedIncident[],
  kind: PlannedIncident["kind"],
  atMs: number,
): PlannedIncident | undefined {
  return incidents.find((one) =>
    one.kind === kind && one.sinceMs <= atMs && atMs < one.untilMs
  );
}

/** An event of our contracts, as the validator makes it of a provider's webhook. */
function lineOf(
  { market: { provider, account }, payment, steps, timesMs, nth }: Told,
): string {
  const moment = momentOf({ payment, steps, timesMs }, nth);
  const fact = factAt(moment);
  if (fact === undefined) {
    throw new RangeError(`There is no fact of ${moment.step}`);
  }
  const source = `${provider}:${account}`;
  const fact_id = `payment:${fact.payload.payment_id}:${moment.step}:${nth}`;
  return JSON.stringify({
    event_id: `${source}:${fact_id}`,
    event_type: fact.type,
    schema_version: 1,
    source,
    timestamp: new Date(moment.atMs).toISOString(),
    payload: { ...fact.payload, provider, fact_id },
  });
}
