/**
 * The types of events that the validated topic carries. To add one takes a folder and a line: see the
 * README of `contracts`.
 *
 * @module
 */
import { z } from "zod";
import type { EventType, LaterEvent } from "./event_type.ts";
import { paymentAuthorized } from "./payment_authorized/payment_authorized.ts";
import { paymentCanceled } from "./payment_canceled/payment_canceled.ts";
import { paymentCaptured } from "./payment_captured/payment_captured.ts";
import { paymentDisputed } from "./payment_disputed/payment_disputed.ts";
import { paymentFailed } from "./payment_failed/payment_failed.ts";
import { paymentRefunded } from "./payment_refunded/payment_refunded.ts";

/** Each by the name of its folder. */
export const eventTypes = {
  payment_authorized: paymentAuthorized,
  payment_captured: paymentCaptured,
  payment_refunded: paymentRefunded,
  payment_failed: paymentFailed,
  payment_canceled: paymentCanceled,
  payment_disputed: paymentDisputed,
} satisfies Record<string, EventType>;

type Registered = (typeof eventTypes)[keyof typeof eventTypes];

const all: readonly Registered[] = Object.values(eventTypes);

/** Every `event_type` there is. */
export const eventTypeNames = all.map(({ type }) => type);

/** An event of any type. */
export const PaymentEvent = z.union(all.map(({ schema }) => schema));
export type PaymentEvent = z.infer<typeof PaymentEvent>;

const schemas = new Map<string, Registered["schema"]>(
  all.map(({ type, schema }) => [type, schema]),
);

/** The schema of a type, or undefined if there is none of that name. */
export function schemaOf(type: string): Registered["schema"] | undefined {
  return schemas.get(type);
}

/** An event as the validated topic has it. */
export type ValidatedEvent = PaymentEvent | LaterEvent;

/** Whether an event is of a type that the registry has; else a newer validator let it pass. */
export function isOfKnownType(event: ValidatedEvent): event is PaymentEvent {
  return schemas.has(event.event_type);
}

/** Values of a metric's label `event_type`. */
export const eventTypeLabels = [...eventTypeNames, "other"] as const;

/** A type as the value of a metric's label: its name, or `other`, but never any text that came in. */
export function eventTypeLabel(type: string): (typeof eventTypeLabels)[number] {
  return eventTypeNames.find((known) => known === type) ?? "other";
}
