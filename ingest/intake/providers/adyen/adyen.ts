import type { JsonObject } from "#contracts/parse.ts";
import { type AccountOf, type ProviderRow, textAt } from "../row.ts";
import { adyen as scheme } from "./scheme.ts";

export const adyen = {
  name: "adyen",
  title: "Adyen",
  scheme,
  form: "json",
  paymentOf: (event) =>
    itemText(event, "originalReference") ?? itemText(event, "pspReference"),
  // A notification that comes again has the same of all three.
  eventOf: (event) => {
    const parts = ["pspReference", "eventCode", "success"].map((key) =>
      itemText(event, key)
    );
    return parts.includes(undefined) ? undefined : parts.join(":");
  },
  // Older set-ups want this text, newer ones any 2xx.
  answer: { status: 200, text: "[accepted]" },
} satisfies ProviderRow<AccountOf<typeof scheme>>;

function itemText(event: JsonObject, key: string): string | undefined {
  return textAt(
    event,
    "notificationItems",
    0,
    "NotificationRequestItem",
    key,
  ) ??
    textAt(event, "data", key);
}
