import { eventTypeLabels } from "#contracts/events/registry.ts";
import { AMOUNT_LIMIT } from "#contracts/fields.ts";
import { isJsonObject, parseJsonObject } from "#contracts/parse.ts";
import type { ConsumerName } from "#contracts/services.ts";
import { currencyLabel } from "#runtime/currency_label.ts";
import type { Place } from "./metrics.ts";

/** What money is while it waits for a worker. What waits for the others is at no risk. */
export const moneyWaitingFor: Partial<Record<ConsumerName, Place>> = {
  validator: "unvalidated",
  persistence: "unstored",
};

/** An amount in units of its currency: 12.34 of USD are twelve dollars and 34 cents. */
export type Money = {
  /** A code of ISO 4217, or `other`. */
  readonly currency: string;
  readonly amount: number;
};

/** What is at risk with a record. */
export type AtRisk = {
  /** A type of events, or `other`: of what is no event of ours, as a provider's own webhook. */
  readonly eventType: string;
  /** What it moves; undefined if that cannot be told. */
  readonly money: Money | undefined;
};

/** Values of `eventType`. */
export const typesAtRisk = eventTypeLabels;

const unknown: AtRisk = { eventType: "other", money: undefined };

/** What is at risk with a record of an event. Never throws. */
export function atRiskOf(value: Uint8Array | null): AtRisk {
  const parsed = parseJsonObject(value);
  return parsed.ok ? atRiskIn(parsed.value) : unknown;
}

/** What is at risk with the event of a dead letter. It stands there as text if not every reader takes it alike. */
export function atRiskOfDeadLetter(value: Uint8Array | null): AtRisk {
  const parsed = parseJsonObject(value);
  if (!parsed.ok) return unknown;
  const { event } = parsed.value;
  return typeof event === "string"
    ? atRiskOf(new TextEncoder().encode(event))
    : atRiskIn(event);
}

function atRiskIn(event: unknown): AtRisk {
  const type = isJsonObject(event) ? event.event_type : undefined;
  return {
    eventType: typesAtRisk.find((known) => known === type) ?? "other",
    money: moneyIn(event),
  };
}

/**
 * A corrupt payment is at risk too, so its amount counts whichever sign it has. One that no payment has does
 * not: it would drown all others.
 */
function moneyIn(event: unknown): Money | undefined {
  const payload = isJsonObject(event) ? event.payload : undefined;
  if (!isJsonObject(payload)) return undefined;
  const { amount, currency } = payload;
  if (typeof amount !== "number" || Math.abs(amount) >= AMOUNT_LIMIT) {
    return undefined;
  }
  return { currency: currencyLabel(currency), amount: Math.abs(amount) };
}
