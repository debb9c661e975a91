import { headers, httpHeader } from "#contracts/headers.ts";
import type { DeadLetter } from "#contracts/dead_letter.ts";
import { isJsonObject } from "#contracts/parse.ts";
import { headerText } from "#kafka/headers.ts";
import type { RecordHeader } from "#kafka/port.ts";

/** What a provider calls what it sent; undefined of what it does not say. */
export type ProvidersEvent = {
  readonly type: string | undefined;
  readonly id: string | undefined;
};

/** A path of keys in the body, or the name of an HTTP header in lower case. */
type Place = readonly string[] | string;

/** Where providers say it. */
const places: Readonly<Record<string, { type: Place; id: Place }>> = {
  adyen: { type: ["eventCode"], id: ["pspReference"] },
  paypal: { type: ["event_type"], id: ["id"] },
  paystack: { type: ["event"], id: ["data", "id"] },
  razorpay: { type: ["event"], id: "x-razorpay-event-id" },
  shopify: { type: "x-shopify-topic", id: "x-shopify-event-id" },
  square: { type: ["type"], id: ["event_id"] },
  "standard-webhooks": { type: ["type"], id: "webhook-id" },
};

/** Most do so. */
const usual = { type: ["type"], id: ["id"] };

/**
 * What the provider calls the event that a dead letter is of, as far as its webhook says so in the open. Nothing is proven by it:
 * it is for people who look for it in the provider's console.
 */
export function providersEventIn(
  all: readonly RecordHeader[],
  { event, source_item = 1 }: Pick<DeadLetter, "event" | "source_item">,
): ProvidersEvent {
  const provider = headerText(all, headers.provider) ?? "";
  const body = provider === "adyen" ? adyensItem(event, source_item) : event;
  const { type, id } = places[provider] ?? usual;
  const told = (place: Place) =>
    typeof place === "string"
      ? headerText(all, httpHeader(place))
      : textAt(body, place);
  return { type: told(type), id: told(id) };
}

/** Adyen's webhooks are lists, each entry in a wrapping of its own. */
function adyensItem(event: unknown, item: number): unknown {
  const items = isJsonObject(event) ? event.notificationItems : undefined;
  const wrapped: unknown = Array.isArray(items) ? items[item - 1] : undefined;
  return isJsonObject(wrapped) ? wrapped.NotificationRequestItem : undefined;
}

/** A text, or a whole number as text. */
function textAt(from: unknown, path: readonly string[]): string | undefined {
  const value = path.reduce<unknown>(
    (at, key) => isJsonObject(at) ? at[key] : undefined,
    from,
  );
  return typeof value === "number" && Number.isSafeInteger(value)
    ? `${value}`
    : typeof value === "string"
    ? value
    : undefined;
}
