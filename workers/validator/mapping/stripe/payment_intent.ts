import { PAYMENT_CANCELED } from "#contracts/events/payment_canceled/payment_canceled.ts";
import type { JsonObject } from "#contracts/parse.ts";
import { textAt, valueAt } from "../fields.ts";
import type { Item } from "../mapping.ts";
import { canceledId } from "./charge.ts";
import { moneyIn, toldBy } from "./told.ts";

/** Reasons that Stripe cancels for itself, once an authorisation has run out. */
const ranOut = new Set(["automatic", "expired"]);

/** `payment_intent.canceled`: what was authorised is given up. What never was is no payment. */
export function canceled(event: JsonObject): Item[] {
  const told = toldBy(event, ["id"]);
  const { object, at, common } = told;
  if (!wasAuthorized(object)) {
    return [{ kind: "no_payment", type: common.provider_event_type }];
  }
  const reason = textAt(object, "cancellation_reason") ?? "";
  return [{
    kind: "fact",
    fact: {
      type: PAYMENT_CANCELED,
      id: canceledId(told),
      at,
      money: moneyIn(told, "amount"),
      payload: {
        ...common,
        cause: ranOut.has(reason) ? "expired" : "merchant",
      },
    },
  }];
}

/** It names its last charge, and that one did not fail. Before 2022-11-15 it had its charges in it. */
function wasAuthorized(intent: JsonObject): boolean {
  const charge = textAt(intent, "latest_charge") ??
    textAt(intent, "charges", "data", 0, "id");
  return charge !== undefined &&
    (valueAt(intent, "last_payment_error") ?? null) === null;
}
