import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { PAYMENT_CANCELED } from "#contracts/events/payment_canceled/payment_canceled.ts";
import { PAYMENT_CAPTURED } from "#contracts/events/payment_captured/payment_captured.ts";
import { PAYMENT_FAILED } from "#contracts/events/payment_failed/payment_failed.ts";
import { PAYMENT_REFUNDED } from "#contracts/events/payment_refunded/payment_refunded.ts";
import type { JsonObject } from "#contracts/parse.ts";
import { present, requiredId, textAt } from "../fields.ts";
import type { Fact, Item } from "../mapping.ts";
import { timeAt } from "../times.ts";
import { unreadable } from "../unreadable.ts";
import { declineIn } from "./declines.ts";
import { moneyOf, statusOf, type Told, toldBy } from "./told.ts";
import { failedAt } from "../failed_at.ts";

const itemsOf = (fact: Fact): Item[] => [{ kind: "fact", fact }];
const nothing = ({ common }: Told): Item[] => [{
  kind: "no_payment",
  type: common.provider_event_type,
}];

/** Of what was authorised, even if some of it was captured since. `AUTHORIZED` is of years before. */
const authorizedStatuses = new Set([
  "CREATED",
  "AUTHORIZED",
  "PARTIALLY_CREATED",
  "PARTIALLY_CAPTURED",
  "CAPTURED",
]);

/** `PAYMENT.AUTHORIZATION.CREATED`: it may be waiting for PayPal's review. */
export function authorized(event: JsonObject): Item[] {
  const told = toldBy(event);
  const { resource, at, common } = told;
  const status = statusOf(told);
  if (status === "PENDING") return nothing(told);
  const id = requiredId(resource, "id");
  if (status === undefined || !authorizedStatuses.has(status)) {
    throw unreadable("resource.status", "must be of an authorisation");
  }
  return itemsOf({
    type: PAYMENT_AUTHORIZED,
    id: `authorization:${id}:authorized`,
    at,
    money: moneyOf(told),
    payload: { ...common, provider_auth_id: id },
  });
}

/** `PAYMENT.AUTHORIZATION.VOIDED`: by the merchant, or because its time was over. */
export function voided(event: JsonObject): Item[] {
  const told = toldBy(event);
  const { resource, at, common } = told;
  const until = timeAt(resource, "expiration_time") ??
    timeAt(resource, "valid_until");
  const isOver = until !== undefined && Date.parse(until) <= Date.parse(at);
  return itemsOf({
    type: PAYMENT_CANCELED,
    id: `authorization:${requiredId(resource, "id")}:canceled`,
    at,
    money: moneyOf(told),
    payload: { ...common, cause: isOver ? "expired" : "merchant" },
  });
}

/** `PAYMENT.CAPTURE.COMPLETED`, and `PAYMENT.SALE.COMPLETED` of years before, which takes money at once. */
export function captured(kind: "capture" | "sale") {
  return (event: JsonObject): Item[] => {
    const told = toldBy(event);
    const { resource, at, common } = told;
    const id = requiredId(resource, "id");
    const final = resource.final_capture ?? resource.is_final_capture;
    return itemsOf({
      type: PAYMENT_CAPTURED,
      id: `${kind}:${id}:captured`,
      at,
      money: moneyOf(told),
      payload: present({
        ...common,
        capture_id: id,
        final: typeof final === "boolean" ? final : undefined,
      }),
    });
  };
}

/** `PAYMENT.CAPTURE.DENIED`, `.DECLINED`, and `PAYMENT.SALE.DENIED`. */
export function denied(kind: "capture" | "sale") {
  return (event: JsonObject): Item[] => {
    const told = toldBy(event);
    const { resource, at, common } = told;
    return itemsOf({
      type: PAYMENT_FAILED,
      id: `${kind}:${requiredId(resource, "id")}:failed`,
      at,
      money: moneyOf(told),
      payload: present({
        ...common,
        ...failedAt("capture", requiredId(resource, "id")),
        decline: declineIn(resource),
      }),
    });
  };
}

/** `PAYMENT.CAPTURE.REFUNDED` and its like: the resource is the refund, not what was refunded. */
export function refund(event: JsonObject): Item[] {
  const told = toldBy(event);
  const { resource, at, common } = told;
  const kind = textAt(event, "resource_type");
  if (kind !== undefined && kind !== "refund") {
    throw unreadable("resource_type", "must be refund");
  }
  const id = requiredId(resource, "id");
  switch (statusOf(told)) {
    case "COMPLETED":
      return itemsOf({
        type: PAYMENT_REFUNDED,
        id: `refund:${id}`,
        at,
        money: moneyOf(told),
        payload: { ...common, refund_id: id },
      });
    case "FAILED":
      return itemsOf({
        type: PAYMENT_FAILED,
        id: `refund:${id}:failed`,
        at,
        money: moneyOf(told),
        payload: present({
          ...common,
          ...failedAt("refund", id),
          decline: declineIn(resource),
        }),
      });
    case "PENDING":
    case "CANCELLED":
      return nothing(told);
    default:
      throw unreadable("resource.status", "must be a refund's status");
  }
}
