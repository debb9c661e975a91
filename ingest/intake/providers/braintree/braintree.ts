import { createHash } from "node:crypto";
import { fromBase64 } from "../../../provider_accounts/encodings.ts";
import type { AccountOf, ProviderRow } from "../row.ts";
import { braintree as scheme, challengeAnswer } from "./scheme.ts";

export const braintree = {
  name: "braintree",
  title: "Braintree",
  scheme,
  form: "form",
  paymentOf: ({ bt_payload }) => transactionIn(xmlIn(bt_payload)),
  // It has none: what makes a notification the same one is all that it says.
  eventOf: ({ bt_payload }) =>
    typeof bt_payload === "string"
      ? createHash("sha256").update(xmlIn(bt_payload)).digest("hex")
      : undefined,
  challenge: (asked, account) =>
    challengeAnswer(asked.get("bt_challenge") ?? "", account),
} satisfies ProviderRow<AccountOf<typeof scheme>>;

function xmlIn(payload: unknown): string {
  const bytes = typeof payload === "string"
    ? fromBase64(payload.replaceAll(/\s/g, ""))
    : undefined;
  return bytes === undefined ? "" : new TextDecoder().decode(bytes);
}

/** The id of its transaction, wherever that stands in it. */
function transactionIn(xml: string): string | undefined {
  return /<transaction>(?:(?!<\/transaction>)[^])*?<id>([^<]{1,100})<\/id>/
    .exec(xml)?.[1];
}
