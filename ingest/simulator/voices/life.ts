import { oneByWeight } from "../customers/random.ts";
import type { Purchase } from "../customers/purchase.ts";
import { storyOf, type Weather } from "../customers/story.ts";
import {
  anyPayment,
  type Payment,
  paymentFor,
  type Prices,
} from "./payment.ts";

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
  /** When each step is due at the earliest, in milliseconds since the epoch; at once if absent. */
  readonly dueMs?: readonly number[];
  readonly timesMs: number[];
};

/** Customers who pay, and how fast what becomes of it follows. */
export type Customers = {
  /** @param atMs milliseconds since the epoch */
  purchase(atMs: number): Purchase;
  /** How long what follows a payment takes beside real payments: 1 is as long. */
  readonly pace: number;
};

/** Share of what is sent that is of no payment, and of payments with an event that is seldom listed, beside customers'. */
const BESIDE_SHARE = 0.02;
/** Such as failed payments at a provider that has no webhook for them. */
const MAX_SILENT_PURCHASES = 100;

/** Payments under way up to which the next event is as likely a new payment's as one of theirs. */
const OPEN_PAYMENTS = 20;

/** Made-up payments, step by step, many side by side. */
export class Lives {
  readonly #currencies: Readonly<Record<string, number>>;
  readonly #plans: readonly (readonly [number, readonly Step[]])[];
  readonly #disorderRate: number;
  readonly #random: () => number;
  readonly #now: () => number;
  readonly #customers: Customers | undefined;
  readonly #prices: Prices;
  readonly #weather: () => Weather;
  readonly #silent: readonly Step[];
  readonly #idle: Life[] = [];

  /**
   * @param of.silent steps that the provider says nothing of
   * @param of.customers who pays; if absent, each payment is of somebody else, and all kinds of lives are about as frequent
   * @param of.weather what is out of the ordinary at the moment
   * @param of.disorderRate chance, 0 to 1, that a step is sent behind the one that follows it
   */
  constructor(
    {
      currencies,
      silent = [],
      disorderRate = 0,
      customers,
      prices = {},
      weather = () => ({}),
      random,
      now,
    }: {
      readonly currencies: Readonly<Record<string, number>>;
      readonly silent?: readonly Step[];
      readonly disorderRate?: number;
      readonly customers?: Customers | undefined;
      readonly prices?: Prices;
      readonly weather?: () => Weather;
      readonly random: () => number;
      readonly now: () => number;
    },
  ) {
    this.#currencies = currencies;
    this.#plans = lives.map(([weight, plan]) =>
      [weight, plan.filter((step) => !silent.includes(step))] as const
    ).filter(([, plan]) => plan.length > 0);
    this.#disorderRate = disorderRate;
    this.#customers = customers;
    this.#prices = prices;
    this.#weather = weather;
    this.#silent = silent;
    this.#random = random;
    this.#now = now;
  }

  next(): Turn {
    const open = this.#idle.length > OPEN_PAYMENTS || this.#random() < 0.5
      ? this.#takeDue()
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

  /** The payment that waits longest of those whose next step is due. */
  #takeDue(): Life | undefined {
    const now = this.#now();
    const at = this.#idle.findIndex(({ order, dueMs }) =>
      (dueMs?.[order[0] ?? 0] ?? 0) <= now
    );
    return at < 0 ? undefined : this.#idle.splice(at, 1)[0];
  }

  #newLife(): Life {
    return this.#customers === undefined || this.#random() < BESIDE_SHARE
      ? this.#strangersLife()
      : this.#customersLife(this.#customers) ?? this.#strangersLife();
  }

  #strangersLife(): Life {
    const { approval, decline } = this.#weather();
    const steps = this.#anyPlan();
    const order = this.#orderOf(steps);
    const payment = anyPayment({
      currencies: this.#currencies,
      random: this.#random,
    });
    const isPaying = steps.includes("captured") &&
      !this.#silent.includes("failed");
    if (isPaying && approval !== undefined && this.#random() >= approval) {
      const failed = { ...payment, decline: decline ?? payment.decline };
      return { payment: failed, steps: ["failed"], order: [0], timesMs: [] };
    }
    return { payment, steps, order, timesMs: [] };
  }

  /** What becomes of a purchase; undefined if the provider says nothing of many in a row. */
  #customersLife({ purchase: anyPurchase, pace }: Customers): Life | undefined {
    const random = this.#random;
    for (let tries = 0; tries < MAX_SILENT_PURCHASES; tries++) {
      const purchase = anyPurchase(this.#now());
      const story = storyOf(purchase, {
        weather: this.#weather(),
        pace,
        random,
      });
      const told = story.steps
        .map((step, nth) => ({ step, afterMs: story.afterMs[nth] ?? 0 }))
        .filter(({ step }) => !this.#silent.includes(step));
      if (told.length === 0) continue;
      const steps = told.map(({ step }) => step);
      return {
        payment: paymentFor(purchase, {
          currencies: this.#currencies,
          prices: this.#prices,
          story,
          random,
        }),
        steps,
        order: this.#orderOf(steps),
        dueMs: told.map(({ afterMs }) => purchase.atMs + afterMs),
        timesMs: [],
      };
    }
    return undefined;
  }

  /** Places in steps, some of them behind the one that follows. */
  #orderOf(steps: readonly Step[]): number[] {
    const order = steps.map((_, nth) => nth);
    for (let nth = 0; nth + 1 < order.length; nth++) {
      if (this.#random() >= this.#disorderRate) continue;
      order.splice(nth, 2, nth + 1, nth);
      nth++;
    }
    return order;
  }

  #anyPlan(): readonly Step[] {
    return oneByWeight(this.#plans, this.#random);
  }

  /** What is sent early happened late: all that came before it has its time, too. */
  #letPass({ timesMs }: Life, nth: number): void {
    while (timesMs.length <= nth) {
      timesMs.push(Math.max(this.#now(), (timesMs.at(-1) ?? 0) + 1));
    }
  }
}

/** A payment at one of its steps, by the times of the steps until then. */
export function momentOf(
  { payment, steps, timesMs }: {
    readonly payment: Payment;
    readonly steps: readonly Step[];
    readonly timesMs: readonly number[];
  },
  nth: number,
): Moment {
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
