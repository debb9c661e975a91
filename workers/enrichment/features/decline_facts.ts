import {
  type Decline,
  declineAdvice,
  declineClasses,
} from "#contracts/events/payment_fields.ts";
import type { Recent } from "../history/recent.ts";

/** What a record says of a decline. */
export type DeclineFacts = {
  readonly class: Decline["class"];
  readonly advice: Decline["advice"];
  /** Whose rule the advice is of: the provider's, as the event has it, or a card network's. */
  readonly advice_from: "event" | "visa" | "mastercard";
  /** Of Visa: 1, the issuer will never approve; 2, not now; 3, not with these data; 4, all others. */
  readonly category?: 1 | 2 | 3 | 4;
  /** How often the network lets the same payment be tried again, and how often the card was declined in that time. */
  readonly limits?: readonly RetryLimit[];
};

export type RetryLimit = {
  readonly days: 1 | 30;
  /** Tries that are free of a fee. */
  readonly at_most: number;
  /** Of the instrument before this one, whatever the amount: at least as many as the network counts. */
  readonly declined: number;
};

/**
 * Visa's categories of response codes, which every code that is not listed is in the fourth of. Source: checkout.com, "Visa response
 * codes", 26 February 2025.
 */
const visaCategories: readonly [1 | 2 | 3, string][] = [
  [1, "04 07 12 14 15 41 43 46 57 R0 R1 R3"],
  [2, "03 19 51 59 61 62 65 75 78 86 91 93 96 N3 N4 N5"],
  [3, "54 55 70 82 1A 6P N7"],
];
const visaCategory = new Map(
  visaCategories.flatMap(([category, codes]) =>
    codes.split(" ").map((code) => [code, category] as const)
  ),
);
const adviceOfCategory = {
  1: "do_not_retry",
  2: "retry_later",
  3: "retry_with_other_data",
} as const;

/**
 * Visa: of categories 2 to 4, 20 tries in 30 days (Visa Core Rules of 18 April 2026, table 7-2; 15 before). Mastercard: 10 tries a day
 * and 35 in 30 days (Transaction Processing Excellence, as of 2025). What Mastercard's advice codes 03 and 21 say, never to try again,
 * is in the event's advice: the mapping of each provider reads them.
 */
const limits = {
  visa: [{ days: 30, at_most: 20 }],
  mastercard: [{ days: 1, at_most: 10 }, { days: 30, at_most: 35 }],
} as const;

/**
 * Why a payment was declined and what the network lets be done about it.
 *
 * @param payload of a failed payment
 * @param instrument undefined if the event does not tell cards apart
 * @returns undefined if the event does not say why
 */
export function declineFacts(
  payload: Readonly<Record<string, unknown>>,
  instrument: Recent | undefined,
): DeclineFacts | undefined {
  const { decline } = payload;
  if (typeof decline !== "object" || decline === null) return undefined;
  const said = {
    class: oneOf(declineClasses, textAt(decline, "class")),
    advice: oneOf(declineAdvice, textAt(decline, "advice")),
  };
  const network = networkOf(payload.instrument);
  if (network === undefined) return { ...said, advice_from: "event" };
  const never = said.advice === "do_not_retry";
  if (network === "mastercard") {
    return {
      ...said,
      advice_from: "event",
      ...!never && withLimits(network, instrument),
    };
  }
  const code = textAt(decline, "network_code")?.toUpperCase();
  if (code === undefined) {
    return {
      ...said,
      advice_from: "event",
      ...!never && withLimits(network, instrument),
    };
  }
  const category = visaCategory.get(code) ?? 4;
  // The network's word counts more than what is usual for the class, but never lifts a provider's warning.
  const advice = category === 4 || never
    ? undefined
    : adviceOfCategory[category];
  return {
    class: said.class,
    advice: advice ?? said.advice,
    advice_from: advice === undefined ? "event" : "visa",
    category,
    ...category !== 1 && !never && withLimits(network, instrument),
  };
}

function withLimits(
  network: keyof typeof limits,
  instrument: Recent | undefined,
): { readonly limits?: readonly RetryLimit[] } {
  if (instrument === undefined) return {};
  const { windows } = instrument;
  return {
    limits: limits[network].map(({ days, at_most }) => ({
      days,
      at_most,
      declined: windows[days === 1 ? "1d" : "30d"].failed,
    })),
  };
}

/** As providers write brands: `visa`, `Visa`, `mc`, `mastercard`. */
function networkOf(instrument: unknown): keyof typeof limits | undefined {
  if (typeof instrument !== "object" || instrument === null) return undefined;
  const brand = textAt(instrument, "brand")?.toLowerCase() ?? "";
  if (brand.startsWith("visa")) return "visa";
  return brand === "mc" || brand.startsWith("mastercard")
    ? "mastercard"
    : undefined;
}

function textAt(object: object, key: string): string | undefined {
  const value: unknown = Object.hasOwn(object, key)
    ? Reflect.get(object, key)
    : undefined;
  return typeof value === "string" ? value : undefined;
}

/** Both lists have `unknown`, for what is none of them. */
function oneOf<T extends string>(
  all: readonly T[],
  value: string | undefined,
): T | "unknown" {
  return all.find((one) => one === value) ?? "unknown";
}
