/**
 * Standard Webhooks, from services of one's own: `{type, timestamp, data}`, with an event type of ours and its payload, or an
 * event as our contracts have it. Amounts are JSON numbers in units of the currency, and keep their digits.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @module
 */
import { Buffer } from "node:buffer";
import { PAYMENT_DISPUTED } from "#contracts/events/payment_disputed/payment_disputed.ts";
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { PAYMENT_CAPTURED } from "#contracts/events/payment_captured/payment_captured.ts";
import { PAYMENT_FAILED } from "#contracts/events/payment_failed/payment_failed.ts";
import { PAYMENT_REFUNDED } from "#contracts/events/payment_refunded/payment_refunded.ts";
import { schemaOf } from "#contracts/events/registry.ts";
import { nonBlank } from "#contracts/fields.ts";
import {
  type JsonObject,
  parseEvent,
  type Rejection,
} from "#contracts/parse.ts";
import { refuseMoney } from "../currency_rules.ts";
import { familyByPrefix } from "./families.ts";
import { present, requiredObject, requiredText, textAt } from "./fields.ts";
import type { Fact, Mapping, Webhook } from "./mapping.ts";
import { numbersAsWritten } from "./numbers_as_written.ts";
import { orderIdIn } from "./order_id.ts";
import { requiredTime } from "./times.ts";
import { Unreadable } from "./unreadable.ts";

export const standardWebhooks: Mapping = {
  provider: "standard-webhooks",
  version: 1,
  form: "json",
  noPayment: new Set(),
  familyOf: familyByPrefix(
    ["payment.refund", "refund"],
    ["payment.disput", "dispute"],
    ["payment", "payment"],
    ["refund", "refund"],
    ["dispute", "dispute"],
    ["payout", "payout"],
    ["order", "order"],
    ["invoice", "invoice"],
    ["subscription", "subscription"],
    ["customer", "customer"],
    ["account", "account"],
  ),
  map(webhook) {
    const form = "event_type" in webhook.body ? envelope : message;
    const type = textAt(webhook.body, form.type) ?? "";
    return schemaOf(type) === undefined
      ? [{ kind: "other", type }]
      : [{ kind: "fact", fact: factIn(webhook, type, form) }];
  },
};

/** Where things stand in each of the two forms. */
type Form = { readonly type: string; readonly payload: string };
const message: Form = { type: "type", payload: "data" };
const envelope: Form = { type: "event_type", payload: "payload" };

function factIn(webhook: Webhook, type: string, form: Form): Fact {
  const { body } = webhook;
  const data = requiredObject(body, form.payload);
  const payment_id = requiredText(data, "payment_id");
  const at = requiredTime(body, ["timestamp"]);
  const order = orderIdIn(body, payment_id, [form.payload, "order_id"]);
  const payload = { ...data, payment_id, ...order };
  const amount = textAt(numbersAsWritten(webhook.text), form.payload, "amount");
  const currency = currencyOf({ type, at, payload, amount, form });
  const {
    // Each fact has its own of these.
    amount: _amount,
    currency: _currency,
    provider: _provider,
    fact_id: _fact_id,
    ...own
  } = payload as JsonObject;
  // Its contract has looked at it: it is the payload of that type.
  return {
    type,
    id: data.fact_id === undefined
      ? factIdOf(type, payload)
      : requiredText(data, "fact_id"),
    at,
    money: { amount: amount ?? "", currency },
    payload: present({
      ...own,
      provider_event_type: type,
      provider_event_id: nonBlank(webhook.header("webhook-id")) ??
        nonBlank(webhook.header("svix-id")),
    }),
  } as Fact;
}

/**
 * The currency of an event that keeps its contract and the rules of money.
 *
 * @throws {Unreadable} if it does not
 */
function currencyOf(
  { type, at, payload, amount, form }: {
    type: string;
    at: string;
    payload: JsonObject;
    amount: string | undefined;
    form: Form;
  },
): string {
  const event = parseEvent(Buffer.from(JSON.stringify({
    event_id: "of the webhook",
    event_type: type,
    source: "of the account",
    timestamp: at,
    payload,
  })));
  if (!event.ok) throw new Unreadable(asSent(event.rejection, form));
  const rejection = refuseMoney(event.value, amount ?? "");
  if (rejection !== undefined) {
    throw new Unreadable(asSent(rejection, form));
  }
  return event.value.payload.currency;
}

/** A rejection with the places as the webhook has them. */
function asSent(rejection: Rejection, { payload }: Form): Rejection {
  const path = (text: string) => text.replaceAll(/\bpayload(?=\.|$)/g, payload);
  return {
    ...rejection,
    message: path(rejection.message),
    issues: rejection.issues.map((issue) => ({
      ...issue,
      path: path(issue.path),
    })),
  };
}

/** `payment.captured:cap_1`: the type without its version, and what names the object. */
function factIdOf(type: string, payload: JsonObject): string {
  const parts = idParts.get(type) ?? ["payment_id"];
  const name = type.replace(/\.v\d+$/, "");
  return [name, ...parts.map((key) => requiredText(payload, key))].join(":");
}

const idParts = new Map<string, readonly string[]>([
  [PAYMENT_AUTHORIZED, ["provider_auth_id"]],
  [PAYMENT_CAPTURED, ["capture_id"]],
  [PAYMENT_REFUNDED, ["refund_id"]],
  [PAYMENT_FAILED, ["payment_id", "stage"]],
  [PAYMENT_DISPUTED, ["dispute_id", "state"]],
]);
