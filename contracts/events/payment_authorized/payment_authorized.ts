import { z } from "zod";
import { NonBlank } from "../../fields.ts";
import { eventSchema, type EventType } from "../event_type.ts";
import { mappedFields, paymentFields } from "../payment_fields.ts";

export const PAYMENT_AUTHORIZED = "payment.authorized.v1";

const fields = { ...paymentFields, provider_auth_id: NonBlank };

/**
 * What a payment is. A fact that was made of a provider's own webhook has the `mappedFields` too. They are not asked of the
 * type: it is older than they are, and whoever sent other values under those names goes on.
 */
export const PaymentAuthorizedPayload = z.looseObject(fields);
export type PaymentAuthorizedPayload = z.infer<typeof PaymentAuthorizedPayload>;

const allFields = { ...fields, ...mappedFields };

/** What is known of its payload, and nothing beside. */
export type PaymentAuthorizedFields = z.infer<z.ZodObject<typeof allFields>>;

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
