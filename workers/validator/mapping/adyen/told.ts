import type { JsonObject } from "#contracts/parse.ts";
import { adyenExponents } from "../exponents/adyen.ts";
import {
  present,
  requiredId,
  requiredText,
  textAt,
  valueAt,
} from "../fields.ts";
import { type Money, moneyOfMinorUnits, some } from "../money.ts";
import { unreadable } from "../unreadable.ts";
import { orderIdIn } from "../order_id.ts";
import { requiredTime } from "../times.ts";
import { instrumentIn } from "./instrument.ts";

/** An item of a standard notification, with what each fact of it says. */
export type Told = ReturnType<typeof toldBy>;

/** @throws {Unreadable} if it lacks what every item has */
export function toldBy(item: JsonObject) {
  const psp = requiredId(item, "pspReference");
  const eventCode = requiredText(item, "eventCode");
  const isSuccess = successOf(item);
  const payment_id = textAt(item, "originalReference") ?? psp;
  return {
    item,
    psp,
    eventCode,
    isSuccess,
    common: present({
      payment_id,
      ...orderIdIn(item, payment_id, ["merchantReference"]),
      provider_event_type: eventCode,
      provider_event_id: `${psp}:${eventCode}:${isSuccess}`,
      merchant_id: textAt(item, "merchantAccountCode"),
      customer_id: textAt(item, "additionalData", "shopperReference") ??
        textAt(item, "additionalData", "recurring.shopperReference"),
      instrument: instrumentIn(item),
    }),
  };
}

/** When it happened. Adyen does not sign it. */
export function timeOf({ item }: Told): string {
  return requiredTime(item, ["eventDate"]);
}

/** @throws {Unreadable} if there is no money, or its decimals are not known */
export function moneyOf(told: Told): Money {
  return some(amountOf(told), "amount.value");
}

/** The amount, which may be nothing: a card is checked with an authorisation of zero. */
export function amountOf({ item }: Told): Money {
  return moneyOfMinorUnits({
    value: valueAt(item, "amount", "value"),
    currency: valueAt(item, "amount", "currency"),
    path: "amount.value",
    exponents: adyenExponents,
  });
}

/** What of a fact's payload the signature of a standard notification does not cover. */
const notSigned = [
  "customer_id",
  "instrument",
  "decline",
  "reason_class",
  "reason_code",
  "due_at",
] as const;

/** A payload that says which of its paths are not signed. */
export function withUnsigned<P extends object>(payload: P): P {
  const unsigned = notSigned.filter((key) => Object.hasOwn(payload, key));
  return unsigned.length === 0 ? payload : { ...payload, unsigned };
}

/** `"true"` or `"false"`, as text: any other is not what was signed. */
function successOf(item: JsonObject): boolean {
  const { success } = item;
  if (success === "true") return true;
  if (success === "false") return false;
  throw unreadable("success", 'must be the text "true" or "false"');
}
