import { z } from "zod";
import { eventSchema, type EventType } from "../event_type.ts";
import { mappedFields, paymentFields } from "../payment_fields.ts";

export const PAYMENT_CANCELED = "payment.canceled.v1";

const fields = {
  ...paymentFields,
  ...mappedFields,
  cause: z.enum(["merchant", "expired", "technical"]),
};

/** An authorisation was given up. */
export const PaymentCanceled = eventSchema(
  [PAYMENT_CANCELED],
  z.looseObject(fields),
);
export type PaymentCanceled = z.infer<typeof PaymentCanceled>;

/** What is known of its payload, and nothing beside. */
export type PaymentCanceledFields = z.infer<z.ZodObject<typeof fields>>;

export const paymentCanceled = {
  type: PAYMENT_CANCELED,
  about: "An authorisation was given up before its money was taken.",
  schema: PaymentCanceled,
} satisfies EventType;
