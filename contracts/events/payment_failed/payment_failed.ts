import { z } from "zod";
import { NonBlank } from "../../fields.ts";
import { eventSchema, type EventType } from "../event_type.ts";
import { Decline, mappedFields, paymentFields } from "../payment_fields.ts";

export const PAYMENT_FAILED = "payment.failed.v1";

const fields = {
  ...paymentFields,
  ...mappedFields,
  /** What was asked for. */
  stage: z.enum(["authorize", "capture", "refund"]),
  /** The capture or refund that failed, by the id that it had when it was told to be done: it does not count any more. */
  capture_id: NonBlank.optional(),
  refund_id: NonBlank.optional(),
  decline: Decline.optional(),
};

/** What was asked of a payment was declined. */
export const PaymentFailed = eventSchema(
  [PAYMENT_FAILED],
  z.looseObject(fields),
);
export type PaymentFailed = z.infer<typeof PaymentFailed>;

/** What is known of its payload, and nothing beside. */
export type PaymentFailedFields = z.infer<z.ZodObject<typeof fields>>;

export const paymentFailed = {
  type: PAYMENT_FAILED,
  about:
    "What was asked of a payment was declined. It need not be final: some providers authorise a payment after they said so.",
  schema: PaymentFailed,
} satisfies EventType;
