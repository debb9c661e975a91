import { z } from "zod";
import { NonBlank, Rfc3339 } from "../../fields.ts";
import { eventSchema, type EventType } from "../event_type.ts";
import { mappedFields, paymentFields } from "../payment_fields.ts";

export const PAYMENT_DISPUTED = "payment.disputed.v1";

/** Why a payer disputes. */
export const disputeReasons = [
  "fraud",
  "not_received",
  "not_as_described",
  "duplicate",
  "credit_not_processed",
  "subscription_canceled",
  "authorization",
  "processing_error",
  "general",
] as const;

const fields = {
  ...paymentFields,
  ...mappedFields,
  dispute_id: NonBlank,
  state: z.enum(["inquiry", "opened", "won", "lost", "closed"]),
  reason_class: z.enum(disputeReasons).optional(),
  /** In the provider's or the network's words. */
  reason_code: NonBlank.optional(),
  /** Until when evidence is taken. */
  due_at: Rfc3339.optional(),
};

/** A payer disputes a payment, or the dispute moves on. */
export const PaymentDisputed = eventSchema(
  [PAYMENT_DISPUTED],
  z.looseObject(fields),
);
export type PaymentDisputed = z.infer<typeof PaymentDisputed>;

/** What is known of its payload, and nothing beside. */
export type PaymentDisputedFields = z.infer<z.ZodObject<typeof fields>>;

export const paymentDisputed = {
  type: PAYMENT_DISPUTED,
  about:
    "A payer, or the payer's bank, disputes a payment, or its dispute moves on: `amount` is what is disputed.",
  schema: PaymentDisputed,
} satisfies EventType;
