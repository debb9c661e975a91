import { z } from "zod";
import { NonBlank } from "../../fields.ts";
import { eventSchema, type EventType } from "../event_type.ts";
import { mappedFields, paymentFields } from "../payment_fields.ts";

export const PAYMENT_REFUNDED = "payment.refunded.v1";

const fields = {
  ...paymentFields,
  ...mappedFields,
  refund_id: NonBlank,
};

/** Money went back to the payer. */
export const PaymentRefunded = eventSchema(
  [PAYMENT_REFUNDED],
  z.looseObject(fields),
);
export type PaymentRefunded = z.infer<typeof PaymentRefunded>;

/** What is known of its payload, and nothing beside. */
export type PaymentRefundedFields = z.infer<z.ZodObject<typeof fields>>;

export const paymentRefunded = {
  type: PAYMENT_REFUNDED,
  about:
    "Money went back to the payer: `amount` is what this refund gave back, not what all of them did.",
  schema: PaymentRefunded,
} satisfies EventType;
