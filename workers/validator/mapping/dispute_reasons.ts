import type { disputeReasons } from "#contracts/events/payment_disputed/payment_disputed.ts";

export type DisputeReason = (typeof disputeReasons)[number];

/**
 * Card networks' reason codes of chargebacks, by what a payer says: Visa's (with a point), Mastercard's (48..) and American
 * Express' (a letter and two digits), as their dispute guides of 2025 have them. Mastercard's 4853 covers nearly all that a
 * payer can say, and so says nothing.
 */
const codes: Readonly<Record<DisputeReason, string>> = {
  fraud:
    "10.1 10.2 10.3 10.4 10.5 4837 4840 4849 4863 4870 4871 F10 F14 F24 F29 F30 F31",
  authorization: "11.1 11.2 11.3 4807 4808 4812 A01 A02 A08",
  processing_error:
    "12.1 12.2 12.3 12.4 12.5 12.7 4831 4834 4842 4846 P01 P03 P04 P05 P07 P22 P23",
  duplicate: "12.6 12.6.1 P08",
  not_received: "13.1 4855 C08",
  subscription_canceled: "13.2 4841 C28",
  not_as_described: "13.3 13.4 13.5 C31 C32",
  credit_not_processed: "13.6 13.7 4860 C02 C04 C05",
  general: "",
};

const byCode: ReadonlyMap<string, DisputeReason> = new Map(
  (Object.keys(codes) as DisputeReason[]) // The keys are of no other type.
    .flatMap((reason) =>
      codes[reason].split(" ").map((code) => [code, reason] as const)
    ),
);

/** What a card network's reason code says; undefined if it is not known. */
export function reasonOfNetworkCode(
  code: string | undefined,
): DisputeReason | undefined {
  return code === undefined || code === "" ? undefined : byCode.get(code);
}
