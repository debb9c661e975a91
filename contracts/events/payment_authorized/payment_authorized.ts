import { z } from "zod";
import { NonBlank, Rfc3339 } from "../../fields.ts";

export const PAYMENT_AUTHORIZED = "payment.authorized.v1";

/**
 * No payment is as large: 10^15 of the currency with the least value, Iran's rial, are a thousand million
 * US dollars, and all that the world earns in a year is some 10^14 dollars. Below it a double keeps fifteen
 * digits, an exact numeric all, and no sum of amounts gets near the largest double.
 */
export const AMOUNT_LIMIT = 1e15;

/** PostgreSQL's index takes 2,704 bytes of a key, which these are less than in whatever script. */
const MAX_EVENT_ID_LENGTH = 512;

/**
 * A number, as every reader of the topics knows it. Text would reach them as it came, for a fact is passed on
 * as it was signed, and what adds it up would fail or join digits.
 */
export const Amount = z.number({
  error: ({ input }) =>
    typeof input === "string"
      ? `must be a JSON number, not text: ${asNumber(input)}`
      : undefined,
}).positive("must be greater than 0").lt(
  AMOUNT_LIMIT,
  "must be less than 10^15",
);

/** What to write in place of the text, where it is a decimal number; else an example. */
function asNumber(text: string): string {
  const decimal = /^(?:0|[1-9]\d{0,14})(?:\.\d{1,4})?$/.test(text)
    ? text
    : "49.90";
  return `${decimal} instead of "${decimal}"`;
}

/** What a payment is. `amount` is in units of `currency` (49.90 USD), not in cents. */
export const PaymentAuthorizedPayload = z.looseObject({
  payment_id: NonBlank,
  order_id: NonBlank,
  provider_auth_id: NonBlank,
  amount: Amount,
  currency: z.string().regex(/^[A-Z]{3}$/, "must be three upper-case letters"),
});
export type PaymentAuthorizedPayload = z.infer<typeof PaymentAuthorizedPayload>;

/**
 * A provider authorised a payment. Unknown keys are kept: a provider may add to its events without
 * asking us, and a fact is passed on as it was signed.
 */
export const PaymentAuthorized = z.looseObject({
  event_id: NonBlank.max(
    MAX_EVENT_ID_LENGTH,
    `must have at most ${MAX_EVENT_ID_LENGTH} characters`,
  ),
  event_type: z.literal(PAYMENT_AUTHORIZED),
  schema_version: z.literal(1).optional(),
  source: NonBlank,
  timestamp: Rfc3339,
  payload: PaymentAuthorizedPayload,
});
export type PaymentAuthorized = z.infer<typeof PaymentAuthorized>;
