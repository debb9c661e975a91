import { anyPayment, type Payment } from "./payment.ts";

/** What happens to payments; each voice says it in its provider's words. */
export const steps = [
  "authorized",
  "captured",
  "partially_refunded",
  "refunded",
  "failed",
  "canceled",
  "dispute_opened",
  "dispute_won",
  "dispute_lost",
  /** An event that is of no payment. */
  "unrelated",
  /** An event beside a payment, of a type that is seldom listed. */
  "unmapped",
] as const;
export type Step = (typeof steps)[number];

const paid = ["authorized", "captured"] as const;

/** The lives that payments have, by how often. */
const lives: readonly (readonly [number, readonly Step[]])[] = [
  [40, paid],
  [8, [...paid, "partially_refunded"]],
  [6, [...paid, "partially_refunded", "refunded"]],
  [8, [...paid, "refunded"]],
  [6, [...paid, "dispute_opened", "dispute_won"]],
  [6, [...paid, "dispute_opened", "dispute_lost"]],
  [10, ["failed"]],
  [8, ["authorized", "canceled"]],
  [4, ["unrelated"]],
  [4, [...paid, "unmapped"]],
];

/** One step of a payment: what was said by then, whenever it is sent. Amounts in minor units. */
export type Moment = {
  readonly payment: Payment;
  readonly step: Step;
  /** Its place in the payment's life, from 0: names what happened, such as one of several refunds. */
  readonly nth: number;
  /** What this step is about. */
  readonly amount: bigint;
  /** In all, with this step. */
  readonly captured: bigint;
  readonly refunded: bigint;
  /** Milliseconds since the epoch, rising from step to step. */
  readonly atMs: number;
  /** The same of the first step: when the payment was made. */
  readonly beganAtMs: number;
};

/** A moment to be sent. The payment's next one is not handed out before `done` is called. */
export type Turn = { readonly moment: Moment; done(): void };

type Life = {
  readonly payment: Payment;
  readonly steps: readonly Step[];
  /** Places in `steps`, in the order in which they are sent. */
  readonly order: number[];
  readonly timesMs: number[];
};

/** Payments under way up to which the next event is as likely a new payment's as one of theirs. */
const OPEN_PAYMENTS = 20;

/** Made-up payments, step by step, many side by side. */
export class Lives {
  readonly #currencies: Readonly<Record<string, number>>;
  readonly #plans: readonly (readonly [number, readonly Step[]])[];
  readonly #disorderRate: number;
  readonly #random: () => number;
  readonly #now: () => number;
  readonly #idle: Life[] = [];

  /**
   * @param of.silent steps that the provider says nothing of
   * @param of.disorderRate chance, 0 to 1, that a step is sent behind the one that follows it
   */
  constructor(
    { currencies, silent = [], disorderRate = 0, random, now }: {
      readonly currencies: Readonly<Record<string, number>>;
      readonly silent?: readonly Step[];
      readonly disorderRate?: number;
      readonly random: () => number;
      readonly now: () => number;
    },
  ) {
    this.#currencies = currencies;
    this.#plans = lives.map(([weight, plan]) =>
      [weight, plan.filter((step) => !silent.includes(step))] as const
    ).filter(([, plan]) => plan.length > 0);
    this.#disorderRate = disorderRate;
    this.#random = random;
    this.#now = now;
  }

  next(): Turn {
    const open = this.#idle.length > OPEN_PAYMENTS || this.#random() < 0.5
      ? this.#idle.shift()
      : undefined;
    const life = open ?? this.#newLife();
    const nth = life.order.shift() ?? 0;
    this.#letPass(life, nth);
    return {
      moment: momentOf(life, nth),
      done: () => {
        if (life.order.length > 0) this.#idle.push(life);
      },
    };
  }

  #newLife(): Life {
    const steps = this.#anyPlan();
    const order = steps.map((_, nth) => nth);
    for (let nth = 0; nth + 1 < order.length; nth++) {
      if (this.#random() >= this.#disorderRate) continue;
      order.splice(nth, 2, nth + 1, nth);
      nth++;
    }
    const payment = anyPayment({
      currencies: this.#currencies,
      random: this.#random,
    });
    return { payment, steps, order, timesMs: [] };
  }

  #anyPlan(): readonly Step[] {
    const all = this.#plans.reduce((sum, [weight]) => sum + weight, 0);
    let at = this.#random() * all;
    const found = this.#plans.find(([weight]) => (at -= weight) < 0);
    return found?.[1] ?? paid;
  }

  /** What is sent early happened late: all that came before it has its time, too. */
  #letPass({ timesMs }: Life, nth: number): void {
    while (timesMs.length <= nth) {
      timesMs.push(Math.max(this.#now(), (timesMs.at(-1) ?? 0) + 1));
    }
  }
}

function momentOf({ payment, steps, timesMs }: Life, nth: number): Moment {
  let [captured, refunded, amount] = [0n, 0n, payment.amount];
  for (const step of steps.slice(0, nth + 1)) {
    amount = amountOf(step, payment.amount, refunded);
    if (step === "captured") captured = payment.amount;
    if (step.endsWith("refunded")) refunded += amount;
  }
  const step = steps[nth] ?? "unrelated";
  const atMs = timesMs[nth] ?? 0;
  const beganAtMs = timesMs[0] ?? atMs;
  return { payment, step, nth, amount, captured, refunded, atMs, beganAtMs };
}

/** A first refund is of a third, in whole hundreds: of whatever decimals a currency has. */
function amountOf(step: Step, whole: bigint, refunded: bigint): bigint {
  if (step === "partially_refunded") return whole / 300n * 100n;
  return step === "refunded" ? whole - refunded : whole;
}
