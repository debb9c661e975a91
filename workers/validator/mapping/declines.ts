/**
 * Why a payment failed, and what to do about it, in the words of the contract.
 *
 * @module
 */
import type {
  Decline,
  declineAdvice,
  declineClasses,
} from "#contracts/events/payment_fields.ts";

export type DeclineClass = (typeof declineClasses)[number];
export type DeclineAdvice = (typeof declineAdvice)[number];

/** Of a decline that says no more than its class. */
const usualAdvice: Readonly<Record<DeclineClass, DeclineAdvice>> = {
  hard: "do_not_retry",
  soft: "retry_later",
  authentication: "authenticate",
  fraud: "do_not_retry",
  data: "retry_with_other_data",
  technical: "retry_later",
  unknown: "unknown",
};

/** @param advice what the network or the provider advises; without it, what is usual for the class */
export function declineOf(
  { code, reason = "unknown", networkCode, advice }: {
    code: string;
    reason: DeclineClass | undefined;
    networkCode?: string | undefined;
    advice?: DeclineAdvice | undefined;
  },
): Decline {
  return {
    class: reason,
    code,
    ...(networkCode === undefined ? {} : { network_code: networkCode }),
    advice: advice ?? usualAdvice[reason],
  };
}

/** Classes by code, out of lists of codes with blanks between them. */
export function declineClassesOf(
  codes: Partial<Readonly<Record<DeclineClass, string>>>,
): ReadonlyMap<string, DeclineClass> {
  const classes = Object.keys(codes) as DeclineClass[]; // The keys are of no other type.
  return new Map(
    classes.flatMap((one) =>
      (codes[one] ?? "").trim().split(/\s+/).map((code) => [code, one] as const)
    ),
  );
}

/**
 * What a card network's advice code of two digits means, as providers pass it on: Mastercard's merchant advice codes, as of its
 * Transaction Processing Rules of 2025. 24 to 30 name a time to wait, from an hour to ten days. Other codes say nothing of
 * another try.
 */
const merchantAdvice: ReadonlyMap<string, DeclineAdvice> = new Map([
  ["01", "retry_with_other_data"],
  ["02", "retry_later"],
  ["03", "do_not_retry"],
  ["21", "do_not_retry"],
  ["24", "retry_later"],
  ["25", "retry_later"],
  ["26", "retry_later"],
  ["27", "retry_later"],
  ["28", "retry_later"],
  ["29", "retry_later"],
  ["30", "retry_later"],
]);

/** @param code its first two characters count: Adyen has words behind them */
export function adviceOfNetwork(
  code: string | undefined,
): DeclineAdvice | undefined {
  return code === undefined ? undefined : merchantAdvice.get(code.slice(0, 2));
}
