/**
 * Payments of customers at merchants in a plane, some of them frauds, by the recipe that Le Borgne, Siblini, Lebichot and Bontempi
 * publish in "Reproducible Machine Learning for Credit Card Fraud Detection: Practical Handbook" (2022), chapter 3. What others
 * measured on data of this kind can be compared with what is measured here.
 *
 * @module
 */
import { Random } from "../random.ts";

export type PlaneOptions = {
  readonly seed: number;
  readonly customers: number;
  readonly merchants: number;
  readonly days: number;
};

/** A payment: the seconds since the first day began, and an amount in cents. */
export type PlanePayment = {
  readonly customer: number;
  readonly merchant: number;
  readonly second: number;
  cents: number;
  isFraud: boolean;
};

const SIDE = 100;
const REACH = 5;
const DAY_SECONDS = 86_400;

/** All payments of the plane, in order of time. */
export function planePayments(options: PlaneOptions): PlanePayment[] {
  const random = new Random(options.seed);
  const payments = honestPayments(options, random);
  payments.sort((a, b) => a.second - b.second);
  addFrauds(payments, options, random);
  return payments;
}

function honestPayments(
  { customers, merchants, days }: PlaneOptions,
  random: Random,
): PlanePayment[] {
  const places = Array.from({ length: merchants }, () => ({
    x: random.between(0, SIDE),
    y: random.between(0, SIDE),
  }));
  const payments: PlanePayment[] = [];
  for (let customer = 0; customer < customers; customer++) {
    const [x, y] = [random.between(0, SIDE), random.between(0, SIDE)];
    const mean = random.between(5, 100);
    const perDay = random.between(0, 4);
    const near = places.flatMap((place, merchant) =>
      (place.x - x) ** 2 + (place.y - y) ** 2 < REACH ** 2 ? [merchant] : []
    );
    for (let day = 0; day < days; day++) {
      const count = random.poisson(perDay);
      for (let n = 0; n < count; n++) {
        const second = Math.floor(random.normal(DAY_SECONDS / 2, 20_000));
        const drawn = random.normal(mean, mean / 2);
        const amount = drawn < 0 ? random.between(0, 2 * mean) : drawn;
        const merchant = random.pick(near);
        if (second <= 0 || second >= DAY_SECONDS) continue;
        if (merchant === undefined) continue;
        payments.push({
          customer,
          merchant,
          second: day * DAY_SECONDS + second,
          cents: Math.max(1, Math.round(amount * 100)),
          isFraud: false,
        });
      }
    }
  }
  return payments;
}

const LARGE_CENTS = 22_000;
const MERCHANTS_A_DAY = 2;
const MERCHANT_DAYS = 28;
const CUSTOMERS_A_DAY = 3;
const CUSTOMER_DAYS = 14;
const TIMES = 5;

/** Large amounts; merchants all of whose payments are frauds for four weeks; customers whose card others use beside them. */
function addFrauds(
  payments: readonly PlanePayment[],
  { customers, merchants, days }: PlaneOptions,
  random: Random,
): void {
  for (const payment of payments) payment.isFraud = payment.cents > LARGE_CENTS;
  const ofMerchant = Map.groupBy(payments, ({ merchant }) => merchant);
  const ofCustomer = Map.groupBy(payments, ({ customer }) => customer);
  const during = (
    all: readonly PlanePayment[] | undefined,
    { day, length }: { readonly day: number; readonly length: number },
  ) =>
    (all ?? []).filter(({ second }) =>
      second >= day * DAY_SECONDS && second < (day + length) * DAY_SECONDS
    );
  for (let day = 0; day < days; day++) {
    for (let n = 0; n < MERCHANTS_A_DAY; n++) {
      const all = ofMerchant.get(random.below(merchants));
      for (const payment of during(all, { day, length: MERCHANT_DAYS })) {
        payment.isFraud = true;
      }
    }
  }
  for (let day = 0; day < days; day++) {
    for (let n = 0; n < CUSTOMERS_A_DAY; n++) {
      const all = ofCustomer.get(random.below(customers));
      for (const payment of during(all, { day, length: CUSTOMER_DAYS })) {
        if (random.next() >= 1 / 3) continue;
        payment.cents *= TIMES;
        payment.isFraud = true;
      }
    }
  }
}
