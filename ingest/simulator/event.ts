import {
  PAYMENT_AUTHORIZED,
  type PaymentAuthorized,
} from "#contracts/events/payment_authorized/payment_authorized.ts";
import { factAt } from "./facts/fact.ts";
import type { Moment } from "./voices/life.ts";

/** `source` of every event the simulator sends. */
export const SOURCE = "payment-simulator";

/** An event of the provider that has no accounts, of whatever type. */
export type OwnEvent = {
  readonly event_id: string;
  readonly event_type: string;
  readonly schema_version?: 1 | undefined;
  readonly source: string;
  /** RFC 3339. */
  readonly timestamp: string;
  readonly payload: Authorization & { readonly provider_auth_id?: unknown };
};

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

/**
 * The event that the same provider sends for a step in a customer's payment.
 *
 * @returns undefined for what is no fact of a payment
 */
export function eventAt(
  moment: Moment,
  { paymentPrefix, orderPrefix, newId }: {
    readonly paymentPrefix: string;
    readonly orderPrefix: string;
    readonly newId: () => string;
  },
): OwnEvent | undefined {
  const fact = factAt(moment);
  if (fact === undefined) return undefined;
  const id = moment.payment.ids.word("payment", 16);
  return {
    event_id: newId(),
    event_type: fact.type,
    schema_version: 1,
    source: SOURCE,
    timestamp: new Date(moment.atMs).toISOString(),
    payload: {
      ...fact.payload,
      payment_id: `${paymentPrefix}_${id}`,
      order_id: `${orderPrefix}_${id}`,
      ...fact.type === PAYMENT_AUTHORIZED && { authorization_sequence: 1 },
    },
  };
}
