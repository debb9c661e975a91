import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";

/** A payment event as a provider would write it. */
export type Payment = {
  readonly eventId: string;
  readonly paymentId: string;
  readonly orderId?: string;
  readonly providerAuthId?: string;
  /** A JSON number literal, digit for digit. */
  readonly amount: string;
  readonly currency: string;
  readonly timestamp?: string;
  readonly source?: string;
  /** Further members of the payload, as JSON text without braces: `"due_ms":5`. */
  readonly more?: string;
};

/** The event's JSON text, valid but for what the test wants otherwise. */
export function paymentJson(
  {
    eventId = "evt-1",
    paymentId = "pay-1",
    orderId = "ord-1",
    providerAuthId = "auth-1",
    amount = "49.90",
    currency = "USD",
    timestamp = "2026-01-02T03:04:05.678Z",
    source = "provider",
    more = "",
  }: Partial<Payment> = {},
): string {
  const envelope = JSON.stringify({
    event_id: eventId,
    event_type: PAYMENT_AUTHORIZED,
    schema_version: 1,
    source,
    timestamp,
  });
  const ids = JSON.stringify({
    payment_id: paymentId,
    order_id: orderId,
    provider_auth_id: providerAuthId,
  });
  return `${envelope.slice(0, -1)},"payload":${
    ids.slice(0, -1)
  },"amount":${amount},"currency":${JSON.stringify(currency)}${
    more === "" ? "" : `,${more}`
  }}}`;
}

/** An event of a payment as a record of the raw topic, for scenarios that write there by hand. */
export function eventRecord(
  eventId: string,
  paymentId: string,
  more: Partial<Payment> = {},
): { eventId: string; key: string; value: string } {
  return {
    eventId,
    key: paymentId,
    value: paymentJson({ eventId, paymentId, ...more }),
  };
}
