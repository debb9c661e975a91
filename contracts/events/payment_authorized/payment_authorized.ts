import { z } from "zod";
import { Amount, Currency, NonBlank } from "../../fields.ts";
import { eventSchema, type EventType } from "../event_type.ts";

export const PAYMENT_AUTHORIZED = "payment.authorized.v1";

/** What a payment is. `amount` is in units of `currency` (49.90 USD), not in cents. */
export const PaymentAuthorizedPayload = z.looseObject({
  payment_id: NonBlank,
  order_id: NonBlank,
  provider_auth_id: NonBlank,
  amount: Amount,
  currency: Currency,
});
export type PaymentAuthorizedPayload = z.infer<typeof PaymentAuthorizedPayload>;

/** A provider authorised a payment. */
export const PaymentAuthorized = eventSchema(
  [PAYMENT_AUTHORIZED],
  PaymentAuthorizedPayload,
);
export type PaymentAuthorized = z.infer<typeof PaymentAuthorized>;

export const paymentAuthorized = {
  type: PAYMENT_AUTHORIZED,
  about:
    "A provider authorised a payment: the money is reserved, and not yet taken.",
  schema: PaymentAuthorized,
} satisfies EventType;
