import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized.ts";

/** A payment event as a provider would write it. `amount` is a JSON number literal, digit for digit. */
export type Payment = {
  readonly eventId: string;
  readonly paymentId: string;
  readonly amount: string;
  readonly currency: string;
  readonly timestamp?: string;
};

const USUAL_TIME = "2026-01-02T03:04:05.678+01:00";

/** The event's JSON text. */
export function eventJson(
  { eventId, paymentId, amount, currency, timestamp = USUAL_TIME }: Payment,
): string {
  const fixed = JSON.stringify({
    event_id: eventId,
    event_type: PAYMENT_AUTHORIZED,
    schema_version: 1,
    source: "scenario",
    timestamp,
  });
  const ids = JSON.stringify({
    payment_id: paymentId,
    order_id: `order-of-${paymentId}`,
    provider_auth_id: `auth-of-${eventId}`,
  });
  return `${fixed.slice(0, -1)},"payload":${
    ids.slice(0, -1)
  },"amount":${amount},"currency":"${currency}"}}`;
}

/** An event of a payment as a record of the raw topic, for scenarios that write there by hand. */
export function eventRecord(
  eventId: string,
  paymentId: string,
): { eventId: string; key: string; value: string } {
  const value = eventJson({
    eventId,
    paymentId,
    amount: "49.90",
    currency: "EUR",
  });
  return { eventId, key: paymentId, value };
}
