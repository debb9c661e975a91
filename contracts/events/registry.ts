/**
 * The types of events that the validated topic carries. To add one takes a folder and a line: see the
 * README of `contracts`.
 *
 * @module
 */
import { z } from "zod";
import { type EventType } from "./event_type.ts";
import { paymentAuthorized } from "./payment_authorized/payment_authorized.ts";

/** Each by the name of its folder. */
export const eventTypes = {
  payment_authorized: paymentAuthorized,
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
