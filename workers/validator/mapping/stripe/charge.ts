import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { PAYMENT_CANCELED } from "#contracts/events/payment_canceled/payment_canceled.ts";
import { PAYMENT_CAPTURED } from "#contracts/events/payment_captured/payment_captured.ts";
import { PAYMENT_FAILED } from "#contracts/events/payment_failed/payment_failed.ts";
import { isJsonObject, type JsonObject } from "#contracts/parse.ts";
import { present, requiredId, requiredText, valueAt } from "../fields.ts";
import type { Fact, Item } from "../mapping.ts";
import { declineOfCharge } from "./declines.ts";
import { moneyIn, type Told, toldBy } from "./told.ts";

const toldByCharge = (event: JsonObject) => toldBy(event, ["payment_intent"]);

/** `charge.succeeded`: authorised, and of a charge that is captured at once, captured too. */
export function succeeded(event: JsonObject): Item[] {
  const told = toldByCharge(event);
  const { object, at, common } = told;
  const id = requiredId(object, "id");
  const authorized: Fact = {
    type: PAYMENT_AUTHORIZED,
    id: `charge:${id}:authorized`,
    at,
    money: moneyIn(told, "amount"),
    payload: { ...common, provider_auth_id: id },
  };
  const facts = object.captured === true
    ? [authorized, capturedBy(told)]
    : [authorized];
  return facts.map((fact) => ({ kind: "fact", fact }));
}

/** `charge.captured`: all of it or a part. */
export function captured(event: JsonObject): Item[] {
  return [{ kind: "fact", fact: capturedBy(toldByCharge(event)) }];
}

/** `charge.failed`. */
export function failed(event: JsonObject): Item[] {
  const told = toldByCharge(event);
  const { object, at, common } = told;
  return [{
    kind: "fact",
    fact: {
      type: PAYMENT_FAILED,
      id: `charge:${requiredId(object, "id")}:failed`,
      at,
      money: moneyIn(told, "amount"),
      payload: present({
        ...common,
        stage: "authorize",
        decline: declineOfCharge(object),
      }),
    },
  }];
}

/** `charge.expired`: nobody captured it in time. */
export function expired(event: JsonObject): Item[] {
  const told = toldByCharge(event);
  const { at, common } = told;
  return [{
    kind: "fact",
    fact: {
      type: PAYMENT_CANCELED,
      id: canceledId(told),
      at,
      money: moneyIn(told, "amount"),
      payload: { ...common, cause: "expired" },
    },
  }];
}

/** What Stripe adds to a charge later, and what a merchant may write on it. */
const ofNoMoney: ReadonlySet<string> = new Set([
  "balance_transaction",
  "application_fee",
  "transfer",
  "description",
  "fraud_details",
  "metadata",
  "receipt_email",
  "receipt_number",
  "receipt_url",
  "shipping",
]);

/**
 * `charge.updated`: no payment, if all that it changed says nothing of what the payer paid. With asynchronous captures each charge has
 * one, as soon as it has a balance transaction: https://docs.stripe.com/payments/payment-intents/asynchronous-capture
 */
export function updated(event: JsonObject): Item[] {
  const type = requiredText(event, "type");
  const before = valueAt(event, "data", "previous_attributes");
  const changed = isJsonObject(before) ? Object.keys(before) : [];
  const isOfNoMoney = changed.length > 0 &&
    changed.every((key) => ofNoMoney.has(key));
  return [{ kind: isOfNoMoney ? "no_payment" : "other", type }];
}

/** Stripe tells of one cancellation by the charge and by its payment intent. */
export function canceledId({ common }: Told): string {
  return `payment:${common.payment_id}:canceled`;
}

function capturedBy(told: Told): Fact {
  const { object, at, common } = told;
  const id = requiredId(object, "id");
  return {
    type: PAYMENT_CAPTURED,
    id: `charge:${id}:captured`,
    at,
    money: moneyIn(told, "amount_captured"),
    payload: present({
      ...common,
      capture_id: id,
      // Whether more follows a capture of a part depends on the account.
      final: object.amount_captured === object.amount ? true : undefined,
    }),
  };
}
