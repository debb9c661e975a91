import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { PAYMENT_CANCELED } from "#contracts/events/payment_canceled/payment_canceled.ts";
import { PAYMENT_CAPTURED } from "#contracts/events/payment_captured/payment_captured.ts";
import { PAYMENT_FAILED } from "#contracts/events/payment_failed/payment_failed.ts";
import { PAYMENT_REFUNDED } from "#contracts/events/payment_refunded/payment_refunded.ts";
import { present, valueAt } from "../fields.ts";
import type { Fact, Item } from "../mapping.ts";
import { isNothing } from "../money.ts";
import { unreadable } from "../unreadable.ts";
import { declineIn } from "./declines.ts";
import { amountOf, moneyOf, timeOf, type Told, withUnsigned } from "./told.ts";
import { failedAt } from "../failed_at.ts";

const fact = (one: Fact): Item => ({ kind: "fact", fact: one });
const nothing = ({ eventCode }: Told): Item => ({
  kind: "no_payment",
  type: eventCode,
});
const idOf = ({ psp, eventCode }: Told, became: string) =>
  `psp:${psp}:${eventCode}:${became}`;

/** `AUTHORISATION`. One of nothing only checks a card. */
export function authorisation(told: Told): Item {
  if (isNothing(amountOf(told))) return nothing(told);
  if (!told.isSuccess) return failedTo("authorize")(told);
  return fact({
    type: PAYMENT_AUTHORIZED,
    id: idOf(told, "authorized"),
    at: timeOf(told),
    money: moneyOf(told),
    payload: withUnsigned({ ...told.common, provider_auth_id: told.psp }),
  });
}

/** `CAPTURE`: what was asked for has been taken, or not. */
export function capture(told: Told): Item {
  if (!told.isSuccess) return failedTo("capture")(told);
  return fact({
    type: PAYMENT_CAPTURED,
    id: idOf(told, "captured"),
    at: timeOf(told),
    money: moneyOf(told),
    payload: withUnsigned({ ...told.common, capture_id: told.psp }),
  });
}

/** `REFUND`. */
export function refund(told: Told): Item {
  if (!told.isSuccess) return failedTo("refund")(told);
  return fact({
    type: PAYMENT_REFUNDED,
    id: idOf(told, "refunded"),
    at: timeOf(told),
    money: moneyOf(told),
    payload: withUnsigned({ ...told.common, refund_id: told.psp }),
  });
}

/** What was given up. If it could not be, all is as it was. */
export function canceledBy(cause: "merchant" | "expired" | "technical") {
  return (told: Told): Item =>
    told.isSuccess
      ? fact({
        type: PAYMENT_CANCELED,
        id: idOf(told, "canceled"),
        at: timeOf(told),
        money: moneyOf(told),
        payload: withUnsigned({ ...told.common, cause }),
      })
      : nothing(told);
}

/** `CANCEL_OR_REFUND`: which of the two was done stands beside, and is not signed. */
export function cancelOrRefund(told: Told): Item {
  // One key, with a full stop in it.
  const action = valueAt(told.item, "additionalData", "modification.action");
  if (action === "refund") return refund(told);
  if (action === "cancel") return canceledBy("merchant")(told);
  throw unreadable(
    "additionalData.modification.action",
    "must be cancel or refund",
  );
}

/** What failed of itself, such as `CAPTURE_FAILED`: its `success` says that the event is true. */
export function failedTo(stage: "authorize" | "capture" | "refund") {
  return (told: Told): Item =>
    fact({
      type: PAYMENT_FAILED,
      id: idOf(told, "failed"),
      at: timeOf(told),
      money: moneyOf(told),
      payload: withUnsigned(
        present({
          ...told.common,
          ...failedAt(stage, told.psp),
          decline: declineIn(told.item),
        }),
      ),
    });
}
