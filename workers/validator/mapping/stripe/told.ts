import type { JsonObject } from "#contracts/parse.ts";
import { stripeExponents } from "../exponents/stripe.ts";
import {
  present,
  requiredId,
  requiredObject,
  requiredSeconds,
  requiredText,
  textAt,
} from "../fields.ts";
import { type Money, moneyOfMinorUnits, some } from "../money.ts";
import { orderIdIn } from "../order_id.ts";
import { instrumentIn } from "./instrument.ts";

/** An event of Stripe, with what each fact of it says. */
export type Told = ReturnType<typeof toldBy>;

/**
 * @param payment where the object names its payment, the best first
 * @throws {Unreadable} if the event has no object, id or time
 */
export function toldBy(event: JsonObject, payment: readonly string[]) {
  const object = requiredObject(event, "data", "object");
  const named = payment.find((key) => textAt(object, key) !== undefined);
  const payment_id = requiredId(object, named ?? "id");
  return {
    object,
    at: requiredSeconds(event, "created"),
    common: present({
      payment_id,
      ...orderIdIn(event, payment_id, [
        "data",
        "object",
        "metadata",
        "order_id",
      ]),
      provider_event_type: requiredText(event, "type"),
      provider_event_id: requiredText(event, "id"),
      // Of an account that a platform is connected with.
      merchant_id: textAt(event, "account"),
      customer_id: textAt(object, "customer"),
      instrument: instrumentIn(object),
    }),
  };
}

/**
 * The money at a key of the object.
 *
 * @throws {Unreadable} if there is none, or its decimals are not known
 */
export function moneyIn({ object }: Pick<Told, "object">, key: string): Money {
  const path = `data.object.${key}`;
  return some(
    moneyOfMinorUnits({
      value: object[key],
      currency: object.currency,
      path,
      exponents: stripeExponents,
    }),
    path,
  );
}
