import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { PAYMENT_DISPUTED } from "#contracts/events/payment_disputed/payment_disputed.ts";
import type { PlanePayment } from "./plane.ts";

const START_MS = Date.UTC(2026, 0, 1);
/** After so long, the payer's bank tells of a fraud. */
const DISPUTE_MS = 7 * 86_400_000;
const SOURCE = "plane";

/** Payments as facts of the contract, with a dispute for each fraud, in order of time: one JSON text each. */
export function* planeFacts(
  payments: readonly PlanePayment[],
): Generator<string> {
  const frauds = payments.flatMap((payment, n) => payment.isFraud ? [n] : []);
  let next = 0;
  const disputesUntil = function* (atMs: number): Generator<string> {
    for (; next < frauds.length; next++) {
      const n = frauds[next] ?? 0;
      const payment = payments[n];
      if (payment === undefined || disputedMs(payment) > atMs) return;
      yield dispute(payment, n);
    }
  };
  for (const [n, payment] of payments.entries()) {
    yield* disputesUntil(paidMs(payment));
    yield authorized(payment, n);
  }
  yield* disputesUntil(Infinity);
}

function authorized(payment: PlanePayment, n: number): string {
  return JSON.stringify({
    event_id: `${SOURCE}:${n}:authorized`,
    event_type: PAYMENT_AUTHORIZED,
    schema_version: 1,
    source: SOURCE,
    timestamp: new Date(paidMs(payment)).toISOString(),
    payload: { ...common(payment, n), provider_auth_id: `auth_${n}` },
  });
}

function dispute(payment: PlanePayment, n: number): string {
  return JSON.stringify({
    event_id: `${SOURCE}:${n}:disputed`,
    event_type: PAYMENT_DISPUTED,
    schema_version: 1,
    source: SOURCE,
    timestamp: new Date(disputedMs(payment)).toISOString(),
    payload: {
      ...common(payment, n),
      dispute_id: `dispute_${n}`,
      state: "opened",
      reason_class: "fraud",
    },
  });
}

function common({ customer, merchant, cents }: PlanePayment, n: number) {
  return {
    payment_id: `payment_${n}`,
    order_id: `order_${n}`,
    amount: cents / 100,
    currency: "EUR",
    customer_id: `customer_${customer}`,
    merchant_id: `merchant_${merchant}`,
  };
}

function paidMs({ second }: PlanePayment): number {
  return START_MS + second * 1000;
}

function disputedMs(payment: PlanePayment): number {
  return paidMs(payment) + DISPUTE_MS;
}
