import {
  PAYMENT_DISPUTED,
  type PaymentDisputedFields,
} from "#contracts/events/payment_disputed/payment_disputed.ts";
import { reasonOfNetworkCode } from "../dispute_reasons.ts";
import { present, textAt } from "../fields.ts";
import type { Item } from "../mapping.ts";
import { timeAt } from "../times.ts";
import { unreadable } from "../unreadable.ts";
import { moneyOf, timeOf, type Told, withUnsigned } from "./told.ts";

/**
 * An event of a dispute. Its state is by the event's code alone: `disputeStatus` is not signed.
 *
 * That it is opened is told twice, by the notification of a chargeback and by the chargeback, and is one fact. A dispute can be
 * won and lost more than once, so each of those is its own.
 */
export function disputed(state: PaymentDisputedFields["state"]) {
  return (told: Told): Item => {
    const { psp, eventCode, item } = told;
    if (!told.isSuccess) {
      throw unreadable("success", 'must be "true" of a dispute');
    }
    const isFirst = state === "opened" || state === "inquiry";
    const reason = networkReasonIn(told);
    return {
      kind: "fact",
      fact: {
        type: PAYMENT_DISPUTED,
        id: isFirst
          ? `dispute:${psp}:${state}`
          : `dispute:${psp}:${eventCode}:${state}`,
        at: timeOf(told),
        money: moneyOf(told),
        payload: withUnsigned(present({
          ...told.common,
          dispute_id: psp,
          state,
          reason_class: reasonOfNetworkCode(reason),
          reason_code: reason ?? textAt(item, "reason"),
          due_at: timeAt(item, "additionalData", "defensePeriodEndsAt"),
        })),
      },
    };
  };
}

function networkReasonIn({ item }: Told): string | undefined {
  const keys = ["chargebackReasonCode", "rfiReasonCode", "nofReasonCode"];
  return keys.map((key) => textAt(item, "additionalData", key))
    .find((code) => code !== undefined);
}
