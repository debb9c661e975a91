import { compromiseLastsMs, type EpisodeKind, episodes } from "./episodes.ts";
import type { FraudKind } from "./fraud_kinds.ts";
import { DueHeap } from "./heap.ts";
import type { Population } from "./population.ts";
import { type Purchase, usualPurchase } from "./purchase.ts";
import { oneOf, type Random, seedOf } from "./random.ts";

/** How many of a compromised merchant's customers are robbed there. */
const ROBBED_SHARE = 0.4;
const MAX_COMPROMISED_SHARE = 0.02;
/** How many times as many are robbed, beside what is wanted, before it is found out. */
const MOST_ROBBED = 1.2;
/** Whether another fraud begins is asked at one purchase in so many, so that frauds do not come at equal distances. */
const PURCHASES_PER_QUESTION = 20;

/** About how many purchases a fraud has. */
const usualSizes: Readonly<Record<FraudKind, number>> = {
  "stolen-instrument": 10,
  "compromised-merchant": 20,
  "unusual-amounts": 4,
  "card-testing": 40,
};

/** What all customers want to pay, in the order of time, with the frauds among it. */
export class Shopping {
  readonly #population: Population;
  readonly #kinds: readonly FraudKind[];
  readonly #fraudRate: number;
  readonly #pace: number;
  readonly #random: Random;
  readonly #waiting = new DueHeap<Purchase>();
  /** Until when, by the key of a merchant. */
  readonly #compromised = new Map<string, number>();
  readonly #frauds = new Map<FraudKind, number>();
  #purchases = 0;
  #episodes = 0;

  /**
   * @param of.fraudRate share of purchases, 0 to 1, that are frauds, in equal parts of each kind
   * @param of.pace how long frauds take beside real ones: 1 is as long
   */
  constructor(
    { population, kinds, fraudRate, pace, random }: {
      readonly population: Population;
      readonly kinds: readonly FraudKind[];
      readonly fraudRate: number;
      readonly pace: number;
      readonly random: Random;
    },
  ) {
    this.#population = population;
    this.#kinds = kinds;
    this.#fraudRate = fraudRate;
    this.#pace = pace;
    this.#random = random;
  }

  /** The next purchase of a fraud that is due by then, if there is one. Take all before the next usual one. */
  due(atMs: number): Purchase | undefined {
    if (this.#waiting.nextMs > atMs) return undefined;
    const purchase = this.#waiting.take();
    if (purchase?.fraud !== undefined) this.#purchases++;
    return purchase;
  }

  /** One more purchase, at that time: as usual, unless its merchant is compromised. */
  next(atMs: number): Purchase {
    this.#purchases++;
    if (this.#random() * PURCHASES_PER_QUESTION < 1) this.#perhapsBegin(atMs);
    const purchase = usualPurchase(this.#population, {
      atMs,
      random: this.#random,
    });
    if (!this.#isRobbed(purchase)) return purchase;
    this.#count("compromised-merchant", 1);
    return {
      ...purchase,
      size: purchase.size * (1 + this.#random()),
      fraud: "compromised-merchant",
      approval: 0.9,
    };
  }

  #isRobbed({ customer, merchant, atMs }: Purchase): boolean {
    const untilMs = this.#compromised.get(merchant);
    if (untilMs === undefined) return false;
    // Where very many pay, it is found out sooner.
    const isFoundOut = this.#robbed() > MOST_ROBBED * this.#wanted();
    if (untilMs <= atMs || isFoundOut) {
      this.#compromised.delete(merchant);
      return false;
    }
    return seedOf(`${customer} at ${merchant}`) % 1_000 < 1_000 * ROBBED_SHARE;
  }

  #perhapsBegin(atMs: number): void {
    if (this.#kinds.length === 0) return;
    const kind = oneOf(this.#kinds, this.#random);
    const frauds = this.#frauds.get(kind) ?? 0;
    // Else the first purchases would be frauds above all, as many come at once.
    if (frauds + usualSizes[kind] / 4 > this.#wanted()) return;
    if (kind === "compromised-merchant") this.#compromise(atMs);
    else this.#begin(kind, atMs);
  }

  /** How many frauds of each kind there should have been so far. */
  #wanted(): number {
    return this.#purchases * this.#fraudRate / this.#kinds.length;
  }

  #robbed(): number {
    return this.#frauds.get("compromised-merchant") ?? 0;
  }

  #begin(kind: EpisodeKind, atMs: number): void {
    const purchases = episodes[kind]({
      population: this.#population,
      atMs,
      pace: this.#pace,
      number: ++this.#episodes,
      random: this.#random,
    });
    for (const purchase of purchases) {
      this.#waiting.add(purchase.atMs, purchase);
    }
    this.#count(kind, purchases.length);
  }

  #compromise(atMs: number): void {
    const most = Math.ceil(this.#population.merchants * MAX_COMPROMISED_SHARE);
    for (const [merchant, untilMs] of this.#compromised) {
      if (untilMs <= atMs) this.#compromised.delete(merchant);
    }
    if (this.#compromised.size >= most) return;
    const number = this.#population.anyMerchant(this.#random);
    this.#compromised.set(
      this.#population.merchant(number).key,
      atMs + compromiseLastsMs(this.#random) * this.#pace,
    );
  }

  #count(kind: FraudKind, more: number): void {
    this.#frauds.set(kind, (this.#frauds.get(kind) ?? 0) + more);
  }
}
