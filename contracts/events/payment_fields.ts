/**
 * What payloads of payments share.
 *
 * @module
 */
import { z } from "zod";
import { Amount, Currency, NonBlank } from "../fields.ts";

/** What pays: never with a whole card number. */
const Instrument = z.looseObject({
  kind: z.enum(["card", "wallet", "bank", "other"]),
  brand: NonBlank.optional(),
  /** The issuer's digits: the first six or eight. */
  bin: z.string().regex(/^\d{6}(\d{2})?$/, "must be 6 or 8 digits").optional(),
  last4: z.string().regex(/^\d{4}$/, "must be 4 digits").optional(),
  /** By which a provider knows the same card again. */
  fingerprint: NonBlank.optional(),
  /** ISO 3166-1 alpha-2. */
  issuer_country: z.string().regex(/^[A-Z]{2}$/, "must be 2 capital letters")
    .optional(),
  funding: z.enum(["credit", "debit", "prepaid"]).optional(),
});
export type Instrument = z.infer<typeof Instrument>;

/** What every event of a payment says. `amount` is in units of `currency` (49.90 USD), not in cents. */
export const paymentFields = {
  /** What every event of one payment shares. */
  payment_id: NonBlank,
  /** The order; of a provider that knows none, the payment. */
  order_id: NonBlank,
  amount: Amount,
  currency: Currency,
};

/** What a fact says that was made of a provider's own webhook. */
export const mappedFields = {
  provider: NonBlank.optional(),
  /** What the provider calls what it sent. */
  provider_event_type: NonBlank.optional(),
  /** By which the provider tells its events apart. */
  provider_event_id: NonBlank.optional(),
  /** What money is counted by: a provider may tell one fact more than once. */
  fact_id: NonBlank.optional(),
  /** Where `order_id` was found: a path in what the provider sent, or `payment_id`. */
  order_id_from: NonBlank.optional(),
  merchant_id: NonBlank.optional(),
  customer_id: NonBlank.optional(),
  instrument: Instrument.optional(),
  /** Where the payer's address is, as the provider says: ISO 3166-1 alpha-2. */
  ip_country: z.string().regex(/^[A-Z]{2}$/, "must be 2 capital letters")
    .optional(),
  /** Paths in this payload of what the provider's signature does not cover. */
  unsigned: z.array(NonBlank).optional(),
};

/** What becomes of the money that was asked for, and whether to ask again. */
export const declineClasses = [
  /** The issuer will not: asking again is of no use. */
  "hard",
  /** Not now: funds, limits, an issuer that is away. */
  "soft",
  /** The payer has to prove who he is. */
  "authentication",
  /** Held for fraud, stolen or lost. */
  "fraud",
  /** A wrong number, date or code. */
  "data",
  /** A fault at the merchant, the provider or between them. */
  "technical",
  "unknown",
] as const;

/** What to do about a decline. */
export const declineAdvice = [
  "do_not_retry",
  "retry_later",
  "retry_with_other_data",
  "authenticate",
  "unknown",
] as const;

/** Why a payment failed. */
export const Decline = z.looseObject({
  class: z.enum(declineClasses),
  /** In the provider's words. */
  code: NonBlank,
  /** In the card network's. */
  network_code: NonBlank.optional(),
  advice: z.enum(declineAdvice),
});
export type Decline = z.infer<typeof Decline>;
