import { z } from "zod";
import { NonBlank } from "../../fields.ts";
import { eventSchema, type EventType } from "../event_type.ts";
import { mappedFields, paymentFields } from "../payment_fields.ts";

export const PAYMENT_CAPTURED = "payment.captured.v1";

const fields = {
  ...paymentFields,
  ...mappedFields,
  capture_id: NonBlank,
  /** Whether no further capture of the payment will come. */
  final: z.boolean().optional(),
};

/** Authorised money was taken. */
export const PaymentCaptured = eventSchema(
  [PAYMENT_CAPTURED],
  z.looseObject(fields),
);
export type PaymentCaptured = z.infer<typeof PaymentCaptured>;

/** What is known of its payload, and nothing beside. */
export type PaymentCapturedFields = z.infer<z.ZodObject<typeof fields>>;

export const paymentCaptured = {
  type: PAYMENT_CAPTURED,
  about:
    "Authorised money was taken, all of it or a part: `amount` is what this capture took.",
  schema: PaymentCaptured,
} satisfies EventType;
