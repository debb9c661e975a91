import type { Authorization } from "./event.ts";
import { decimalsOf } from "#contracts/currencies.ts";
import { amountOf, minorUnits, rescale } from "./minor_units.ts";

/** Currencies that stand for the three numbers of decimals in use: 2, none, and 3. */
export const otherCurrencies = ["EUR", "GBP", "JPY", "KWD", "BHD"] as const;

/** Share of payments in the configured currency. */
const MAIN_CURRENCY_SHARE = 0.7;
/** Open payments up to which the next event is as likely a new payment's as an open one's. */
const OPEN_PAYMENTS = 20;
const MAX_AUTHORIZATIONS = 4;

export type TrafficSettings = {
  /** Decimal text in units of `currency`, with no more decimals than it has. */
  readonly amount: string;
  readonly currency: string;
  readonly paymentPrefix: string;
  readonly orderPrefix: string;
};

/** One event to be sent. The payment's next one is not handed out before `done` is called. */
export type Turn = {
  readonly authorization: Authorization;
  /** Milliseconds since the epoch, rising from event to event of a payment. */
  readonly at: number;
  done(): void;
};

type Payment = {
  readonly paymentId: string;
  readonly orderId: string;
  readonly currency: string;
  readonly decimals: number;
  readonly authorizations: number;
  minor: bigint;
  sequence: number;
  lastAt: number;
};

/**
 * Made-up payments of various amounts and currencies, each authorised one to four times: first in
 * full, then incrementally, as hotels and car rentals do.
 */
export class Traffic {
  readonly #settings: TrafficSettings;
  readonly #baseMinor: bigint;
  readonly #now: () => number;
  readonly #random: () => number;
  /** Tells the payments of this run from those of earlier ones. */
  readonly #run: string;
  /** Payments with events to come, and none under way; the longest waiting first. */
  readonly #idle: Payment[] = [];
  #payments = 0;

  constructor(
    settings: TrafficSettings,
    { now, random, run }: {
      now: () => number;
      random: () => number;
      run: string;
    },
  ) {
    const base = minorUnits(settings.amount, decimalsOf(settings.currency));
    if (base === undefined) {
      throw new RangeError(
        `Cannot make up payments: ${settings.amount} must have no more ` +
          `decimals than ${settings.currency}`,
      );
    }
    this.#settings = settings;
    this.#baseMinor = base;
    this.#now = now;
    this.#random = random;
    this.#run = run;
  }

  next(): Turn {
    const open = this.#idle.length > OPEN_PAYMENTS || this.#random() < 0.5
      ? this.#idle.shift()
      : undefined;
    const payment = open ?? this.#newPayment();
    payment.sequence += 1;
    if (payment.sequence > 1) {
      payment.minor += this.#share(payment.minor, 50, 200);
    }
    payment.lastAt = Math.max(this.#now(), payment.lastAt + 1);
    return {
      authorization: {
        payment_id: payment.paymentId,
        order_id: payment.orderId,
        amount: amountOf(payment.minor, payment.decimals),
        currency: payment.currency,
        authorization_sequence: payment.sequence,
      },
      at: payment.lastAt,
      done: () => {
        if (payment.sequence < payment.authorizations) this.#idle.push(payment);
      },
    };
  }

  #newPayment(): Payment {
    const { currency: main, amount: _, ...prefixes } = this.#settings;
    const number = ++this.#payments;
    const currency = this.#random() < MAIN_CURRENCY_SHARE
      ? main
      : otherCurrencies[this.#pick(otherCurrencies.length)] ?? main;
    const decimals = decimalsOf(currency);
    const base = rescale(this.#baseMinor, {
      from: decimalsOf(main),
      to: decimals,
    });
    return {
      paymentId: `${prefixes.paymentPrefix}_${this.#run}_${number}`,
      orderId: `${prefixes.orderPrefix}_${this.#run}_${number}`,
      currency,
      decimals,
      authorizations: 1 + this.#pick(MAX_AUTHORIZATIONS),
      minor: this.#share(base, 500, 1500),
      sequence: 0,
      lastAt: 0,
    };
  }

  /** A random share of an amount between `from` and `to` thousandths, at least one minor unit. */
  #share(minor: bigint, from: number, to: number): bigint {
    const thousandths = BigInt(from + this.#pick(to - from + 1));
    const share = minor * thousandths / 1000n;
    return share > 0n ? share : 1n;
  }

  /** A whole number from 0 up to but not including `count`. */
  #pick(count: number): number {
    return Math.floor(this.#random() * count);
  }
}
