import { nonBlank } from "#contracts/fields.ts";
import { isJsonObject, type JsonObject } from "#contracts/parse.ts";
import type { Scheme } from "./scheme.ts";

/** What a provider is told once Kafka has its event. */
export type Answer = { readonly status: 200 | 202; readonly text: string };

/**
 * A provider whose own webhooks are taken in: how it signs, which payment an event is about, and what it wants to hear. It
 * translates nothing. What is kept is the body as it was signed; what it says is the validator's to understand.
 */
export type ProviderRow<A> = {
  /** In addresses, and what raw records call it. */
  readonly name: string;
  readonly title: string;
  readonly scheme: Scheme<A>;
  /** A form's fields are read as an object of texts. */
  readonly form: "json" | "form";
  /** What all events of one payment share, so that they stay in order. Undefined: nothing is known of a payment. */
  paymentOf(event: JsonObject, headers: Headers): string | undefined;
  /** By what the provider itself tells its events apart. */
  eventOf(event: JsonObject, headers: Headers): string | undefined;
  readonly answer?: Answer;
  /** The answer to what it asks by GET before it sends; undefined if that is nothing to be answered. */
  challenge?(asked: URLSearchParams, account: A): string | undefined;
};

/** The text, or the whole number as text, at a path of keys. */
export function textAt(
  event: JsonObject,
  ...path: readonly (string | number)[]
): string | undefined {
  let at: unknown = event;
  for (const key of path) {
    at = Array.isArray(at)
      ? at[Number(key)]
      : isJsonObject(at)
      ? at[key]
      : undefined;
  }
  return typeof at === "number" && Number.isSafeInteger(at)
    ? String(at)
    : nonBlank(at);
}

/** What accounts of a scheme are set up with. */
export type AccountOf<S> = S extends Scheme<infer A> ? A : never;
