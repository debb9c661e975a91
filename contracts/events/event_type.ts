import { z } from "zod";
import {
  Amount,
  beginsVisibly,
  Currency,
  NonBlank,
  Rfc3339,
} from "../fields.ts";
import { usually } from "../usual.ts";

/** PostgreSQL's index takes 2,704 bytes of a key, which these are less than in whatever script. */
const MAX_EVENT_ID_LENGTH = 512;

/** What providers and services call an event by. */
const EventId = usually(
  NonBlank.max(
    MAX_EVENT_ID_LENGTH,
    `must have at most ${MAX_EVENT_ID_LENGTH} characters`,
  ),
  (value) => beginsVisibly(value) && value.length <= MAX_EVENT_ID_LENGTH,
);

/** What has happened to a payment, as far as every reader knows it: a type's own payload says more. */
export type PaymentFact = {
  readonly event_id: string;
  readonly event_type: string;
  readonly source: string;
  /** RFC 3339. */
  readonly timestamp: string;
  readonly payload: {
    readonly payment_id: string;
    /** In units of the currency. */
    readonly amount: number;
    readonly currency: string;
  };
};

/** One type of event: a row of `registry.ts`. */
export type EventType = {
  /** What `event_type` says, version included. */
  readonly type: string;
  /** One or two sentences for its page. */
  readonly about: string;
  readonly schema: z.ZodType<PaymentFact>;
};

/**
 * The schema of an event: what all events have around a payload of its own. Unknown keys are kept: a provider may
 * add to its events without asking us, and a fact is passed on as it was signed.
 *
 * @param types what `event_type` may say
 */
export function eventSchema<T extends string, P extends z.ZodType>(
  types: readonly T[],
  payload: P,
) {
  return envelope(z.literal(types), payload);
}

function envelope<T extends z.ZodType, P extends z.ZodType>(
  eventType: T,
  payload: P,
) {
  return z.looseObject({
    event_id: EventId,
    event_type: eventType,
    schema_version: z.literal(1).optional(),
    source: NonBlank,
    timestamp: Rfc3339,
    payload,
  });
}

/** What every event says, whatever its type. */
export const everyPayload = z.looseObject({
  payment_id: NonBlank,
  amount: Amount,
  currency: Currency,
});

/**
 * An event of a type that the registry does not have: a newer validator does. While versions are changed its readers may still be of
 * this one, and take it by what all events have.
 */
export const LaterEvent = envelope(
  z.string().regex(
    /^[a-z_]+(\.[a-z_]+)+\.v\d+$/,
    "must be words and a version: payment.authorized.v1",
  ),
  everyPayload,
);
export type LaterEvent = z.infer<typeof LaterEvent>;
