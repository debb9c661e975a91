import { z } from "zod";
import { NonBlank, Rfc3339 } from "../fields.ts";

export const PAYMENT_AUTHORIZED = "payment.authorized.v1";

/** What a payment is. `amount` is in units of `currency` (49.90 USD), not in cents. */
export const PaymentAuthorizedPayload = z.looseObject({
  payment_id: NonBlank,
  order_id: NonBlank,
  provider_auth_id: NonBlank,
  amount: z.number().positive("must be greater than 0"),
  currency: z.string().regex(/^[A-Z]{3}$/, "must be three upper-case letters"),
});
export type PaymentAuthorizedPayload = z.infer<typeof PaymentAuthorizedPayload>;

/**
 * A provider authorised a payment. Unknown keys are kept: a provider may add to its events without
 * asking us, and a fact is passed on as it was signed.
 */
export const PaymentAuthorized = z.looseObject({
  event_id: NonBlank,
  event_type: z.literal(PAYMENT_AUTHORIZED),
  schema_version: z.literal(1).optional(),
  source: NonBlank,
  timestamp: Rfc3339,
  payload: PaymentAuthorizedPayload,
});
export type PaymentAuthorized = z.infer<typeof PaymentAuthorized>;
