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

/** What an event moves; undefined if that cannot be told, as of one that is no payment. Never throws. */
export function moneyOf(value: Uint8Array | null): Money | undefined {
  const parsed = parseJsonObject(value);
  return parsed.ok ? moneyIn(parsed.value) : undefined;
}

/** What the event of a dead letter moves. It stands there as text if not every reader takes it alike. */
export function moneyOfDeadLetter(
  value: Uint8Array | null,
): Money | undefined {
  const parsed = parseJsonObject(value);
  if (!parsed.ok) return undefined;
  const { event } = parsed.value;
  return typeof event === "string"
    ? moneyOf(new TextEncoder().encode(event))
    : moneyIn(event);
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
