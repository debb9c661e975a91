import { z } from "zod";
import { isUsual, usually } from "../usual.ts";
import { everyPayload, LaterEvent } from "./event_type.ts";
import { PAYMENT_AUTHORIZED } from "./payment_authorized/payment_authorized.ts";
import { PaymentEvent, schemaOf } from "./registry.ts";

const Score = z.number().min(0).max(1);
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in hex");

/** What EventFlow worked out about an event. It says nothing of when that was, or how long it took: who does it again says the same. */
export const Enrichment = z.looseObject({
  version: z.literal(1),
  /** The model that judged; `null` if there is none. */
  model: z.looseObject({ id: z.string(), sha256: Sha256 }).nullable(),
  /** What the model was given, by name; what is not known is not there. */
  features: z.record(z.string(), z.number()),
  /** Of the text of `features`, as it is here. */
  features_sha256: Sha256,
  /** What was known: by partition of the validated topic, everything before an offset. */
  state_cut: z.record(z.string().regex(/^\d+$/), z.int().min(0)),
  /** As `payload.risk_score`. */
  score: Score.optional(),
  band: z.enum(["low", "elevated", "high"]).optional(),
  /** What moved the score, and how far: in log-odds. */
  reasons: z.array(z.looseObject({
    feature: z.string(),
    value: z.number().optional(),
    contribution: z.number(),
  })).optional(),
  /** What is known beside a score: velocities, the decline, the life cycle, the amount in one currency, countries. */
  facts: z.looseObject({
    /** How long before the event the first record was that the history knows, in whole hours. */
    history_hours: z.int().min(0),
  }),
  /** Why the score is worth less than the model's card says, or nothing. */
  degraded: z.array(z.string()).optional(),
});
export type Enrichment = z.infer<typeof Enrichment>;

/** Of a type that only a newer validator knows: one of a known type is what its contract says. */
const OfLaterType = LaterEvent.refine(
  ({ event_type }) => schemaOf(event_type) === undefined,
  "must satisfy the contract of its type",
);

/** What was worked out, where it stands in an event. */
const WorkedOut = z.looseObject({
  payload: z.looseObject({ risk_score: Score.optional() }),
  enrichment: Enrichment,
});

/**
 * An event of any type with what EventFlow worked out about it. `payload.risk_score` is there where a score applies, and always of an
 * authorised payment.
 */
export const PaymentEnriched = usually(
  z.intersection(z.union([PaymentEvent, OfLaterType]), WorkedOut)
    .check(({ value, issues }) => {
      if (value.event_type !== PAYMENT_AUTHORIZED) return;
      if (value.payload.risk_score !== undefined) return;
      issues.push({
        code: "custom",
        input: value,
        path: ["payload", "risk_score"],
        message: "must be there of an authorised payment",
      });
    }),
  hasUsualForm,
);
export type PaymentEnriched = z.infer<typeof PaymentEnriched>;

/**
 * What every enriched event satisfies, whatever its type, also one of a type that is not known here: what is published of the topic.
 * The type's own contract says more.
 */
export const EveryEnriched = LaterEvent.extend({
  payload: everyPayload.extend({ risk_score: Score.optional() }),
  enrichment: Enrichment,
}).refine(
  ({ event_type, payload }) =>
    event_type !== PAYMENT_AUTHORIZED || payload.risk_score !== undefined,
  "must have a risk_score if it is an authorised payment",
).meta({
  if: { properties: { event_type: { const: PAYMENT_AUTHORIZED } } },
  then: {
    properties: { payload: { type: "object", required: ["risk_score"] } },
  },
});

/** Of all the contracts only that of its type can be satisfied: zod tries one after the other. */
function hasUsualForm(value: unknown): boolean {
  if (!isUsual(WorkedOut, value)) return false;
  const { event_type: type, payload } = value;
  return typeof type === "string" &&
    isUsual<PaymentEvent | LaterEvent>(schemaOf(type) ?? LaterEvent, value) &&
    (type !== PAYMENT_AUTHORIZED || payload.risk_score !== undefined);
}
