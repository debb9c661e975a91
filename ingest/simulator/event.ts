import {
  PAYMENT_AUTHORIZED,
  type PaymentAuthorized,
} from "#contracts/events/payment_authorized/payment_authorized.ts";

/** `source` of every event the simulator sends. */
export const SOURCE = "payment-simulator";

/** One authorisation of a payment. `amount` is in units of `currency`. */
export type Authorization = {
  readonly payment_id: string;
  readonly order_id: string;
  readonly amount: number;
  readonly currency: string;
  /** Counts a payment's authorisations from 1, so that their order can be checked downstream. */
  readonly authorization_sequence?: number;
};

/**
 * The event a provider sends for an authorisation.
 *
 * @param at milliseconds since the epoch
 */
export function buildEvent(
  authorization: Authorization,
  { at, newId }: { at: number; newId: () => string },
): PaymentAuthorized {
  return {
    event_id: newId(),
    event_type: PAYMENT_AUTHORIZED,
    schema_version: 1,
    source: SOURCE,
    timestamp: new Date(at).toISOString(),
    payload: { ...authorization, provider_auth_id: `auth_${newId()}` },
  };
}
