import type { Decline } from "#contracts/events/payment_fields.ts";
import type { JsonObject } from "#contracts/parse.ts";
import { declines } from "../decline.ts";
import { textAt } from "../fields.ts";
import { adviceOfNetwork, withNetwork } from "../network_advice.ts";

/**
 * Adyen's refusal reasons as of 2025 (https://docs.adyen.com/development-resources/refusal-reasons), by their text in small
 * letters: a webhook has the text, and the code only by a setting. A bank's refusal without a reason is of no class.
 */
const classes: ReadonlyMap<string, Decline["class"]> = new Map<
  string,
  Decline["class"]
>([
  ["acquirer error", "technical"],
  ["blocked card", "hard"],
  ["expired card", "data"],
  ["invalid amount", "technical"],
  ["invalid card number", "data"],
  ["issuer unavailable", "soft"],
  ["not supported", "hard"],
  ["3d not authenticated", "authentication"],
  ["not enough balance", "soft"],
  ["acquirer fraud", "fraud"],
  ["invalid pin", "data"],
  ["pin tries exceeded", "data"],
  ["pin validation not possible", "technical"],
  ["fraud", "fraud"],
  ["not submitted", "technical"],
  ["fraud-cancelled", "fraud"],
  ["transaction not permitted", "hard"],
  ["cvc declined", "data"],
  ["restricted card", "hard"],
  ["revocation of auth", "hard"],
  ["withdrawal amount exceeded", "soft"],
  ["withdrawal count exceeded", "soft"],
  ["issuer suspected fraud", "fraud"],
  ["avs declined", "data"],
  ["card requires online pin", "authentication"],
  ["no checking account available on card", "hard"],
  ["no savings account available on card", "hard"],
  ["mobile pin required", "authentication"],
  ["contactless fallback", "authentication"],
  ["authentication required", "authentication"],
  ["rreq not received from ds", "technical"],
  ["cvm required", "authentication"],
  ["3ds authentication error", "technical"],
  ["online pin required", "authentication"],
]);

const declineOf = declines(
  {},
  (code) => classes.get(code.toLowerCase()) ?? "unknown",
);

/** Why it failed; undefined if the item does not say. Adyen signs none of it. */
export function declineIn(item: JsonObject): Decline | undefined {
  const code = textAt(item, "reason") ??
    textAt(item, "additionalData", "refusalReasonRaw");
  return withNetwork(declineOf(code), {
    code: rawCodeIn(item),
    advice: adviceOfNetwork(
      textAt(item, "additionalData", "merchantAdviceCode"),
    ),
  });
}

/** The network's code in front of its words: `05` of `05 : Do not honor`. */
function rawCodeIn(item: JsonObject): string | undefined {
  const raw = textAt(item, "additionalData", "refusalReasonRaw");
  return raw?.match(/^\w{2,4}(?= : )/)?.[0];
}
