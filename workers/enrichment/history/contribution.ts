import type { EntityKey } from "./entity_key.ts";

/** What is counted of an entity, each in a column of its cells. */
export const happenings = ["payment", "failed", "fraud", "dispute"] as const;
/**
 * `payment`: one was authorised. `failed`: an attempt was declined. `fraud`: a payment became known as a fraud, by a dispute.
 * `dispute`: a dispute for another reason was opened.
 */
export type Happening = (typeof happenings)[number];

/** What one fact adds to one entity. */
export type Contribution = {
  readonly entity: EntityKey;
  readonly happening: Happening;
  /** Event time in milliseconds since the epoch, never later than the broker had it. */
  readonly atMs: number;
  /** ISO 4217. */
  readonly currency: string;
  /** Minor units of the currency: an integer below `MINOR_LIMIT`. Only of a `payment` it is added up. */
  readonly minor: number;
  /** Slots, 0 to 63, of the two counterparts that `counterparts` names for the entity's kind; -1 if there is none. */
  readonly slotA: number;
  readonly slotB: number;
};

/** A contribution that is folded in (1) or out (-1). */
export type Change = {
  readonly contribution: Contribution;
  readonly sign: 1 | -1;
};

/** Whom each kind of entity meets: distinct ones of both are counted. */
export const counterparts = {
  customer: ["instrument", "merchant"],
  instrument: ["customer", "merchant"],
  merchant: ["customer", "instrument"],
  order: ["instrument", "payment"],
} as const;

/** A larger amount is taken for this one: 2^43 cents are some 88 thousand million dollars. */
export const MINOR_LIMIT = 2 ** 43;
