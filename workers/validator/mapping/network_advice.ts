import type { Decline } from "#contracts/events/payment_fields.ts";

export type Advice = Decline["advice"];

/**
 * What a card network's advice code of two digits means, as providers pass it on: Mastercard's merchant advice codes, as of its
 * Transaction Processing Rules of 2025. 24 to 30 name a time to wait, from an hour to ten days. Other codes say nothing of
 * another try.
 */
const merchantAdvice: ReadonlyMap<string, Advice> = new Map([
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
export function adviceOfNetwork(code: string | undefined): Advice | undefined {
  return code === undefined ? undefined : merchantAdvice.get(code.slice(0, 2));
}

/** A decline with what the network says of it, whose advice counts more than what is usual for the class. */
export function withNetwork(
  decline: Decline | undefined,
  { code, advice }: {
    code?: string | undefined;
    advice: Advice | undefined;
  },
): Decline | undefined {
  if (decline === undefined) return undefined;
  return {
    ...decline,
    ...(code === undefined ? {} : { network_code: code }),
    advice: advice ?? decline.advice,
  };
}
