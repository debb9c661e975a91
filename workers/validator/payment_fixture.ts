import {
  PAYMENT_AUTHORIZED,
  type PaymentAuthorized,
  type PaymentAuthorizedPayload,
} from "#contracts/events/payment_authorized/payment_authorized.ts";

/** A good payment, with what a test wants otherwise. */
export function payment(
  payload: Partial<PaymentAuthorizedPayload> = {},
): PaymentAuthorized {
  return {
    event_id: "evt_1",
    event_type: PAYMENT_AUTHORIZED,
    source: "test",
    timestamp: "2026-01-02T03:04:05Z",
    payload: {
      payment_id: "pay_1",
      order_id: "ord_1",
      provider_auth_id: "auth_1",
      amount: 49.9,
      currency: "USD",
      ...payload,
    },
  };
}
