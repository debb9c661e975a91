import { PAYMENT_CANCELED } from "#contracts/events/payment_canceled/payment_canceled.ts";
import { PAYMENT_FAILED } from "#contracts/events/payment_failed/payment_failed.ts";
import { PAYMENT_REFUNDED } from "#contracts/events/payment_refunded/payment_refunded.ts";
import type { JsonObject } from "#contracts/parse.ts";
import { present, requiredId, requiredText, textAt } from "../fields.ts";
import type { Fact, Item } from "../mapping.ts";
import { unreadable } from "../unreadable.ts";
import { declineOfRefund } from "./declines.ts";
import { moneyIn, type Told, toldBy } from "./told.ts";
import { failedAt } from "../failed_at.ts";

/** Reasons of refunds that only let go of what was not captured; `charge.expired` and `charge.captured` tell that. */
const released = new Set(["expired_uncaptured_charge", "partial_capture"]);

/** A refund, by its status: `refund.*` and `charge.refund.updated`. */
export function refund(event: JsonObject): Item[] {
  const told = toldBy(event, ["payment_intent", "charge"]);
  const fact = factOf(told);
  return fact === undefined
    ? [{ kind: "no_payment", type: told.common.provider_event_type }]
    : [{ kind: "fact", fact }];
}

function factOf(told: Told): Fact | undefined {
  const { object, at, common } = told;
  if (released.has(textAt(object, "reason") ?? "")) return undefined;
  const id = requiredId(object, "id");
  const status = requiredText(object, "status");
  const money = moneyIn(told, "amount");
  switch (status) {
    case "succeeded":
      // No money moved: what was authorised was let go.
      if (object.balance_transaction === null) {
        return {
          type: PAYMENT_CANCELED,
          // Each refund by itself: of a cancellation nothing is summed.
          id: `refund:${id}:canceled`,
          at,
          money,
          payload: { ...common, cause: "merchant" },
        };
      }
      return {
        type: PAYMENT_REFUNDED,
        id: `refund:${id}`,
        at,
        money,
        payload: { ...common, refund_id: id },
      };
    case "failed":
      return {
        type: PAYMENT_FAILED,
        id: `refund:${id}:failed`,
        at,
        money,
        payload: present({
          ...common,
          ...failedAt("refund", id),
          decline: declineOfRefund(object),
        }),
      };
    case "pending":
    case "requires_action":
    case "canceled":
      return undefined;
    default:
      throw unreadable("data.object.status", "must be a refund's status");
  }
}
