import {
  PAYMENT_DISPUTED,
  type PaymentDisputedFields,
} from "#contracts/events/payment_disputed/payment_disputed.ts";
import type { JsonObject } from "#contracts/parse.ts";
import { type DisputeReason, reasonOfNetworkCode } from "../dispute_reasons.ts";
import {
  present,
  requiredId,
  requiredText,
  secondsAt,
  textAt,
} from "../fields.ts";
import type { Item } from "../mapping.ts";
import { unreadable } from "../unreadable.ts";
import { moneyIn, toldBy } from "./told.ts";

/** Statuses of disputes as of 2026; `charge_refunded` is of years before. */
const states: ReadonlyMap<string, PaymentDisputedFields["state"]> = new Map([
  ["warning_needs_response", "inquiry"],
  ["warning_under_review", "inquiry"],
  ["warning_closed", "closed"],
  ["needs_response", "opened"],
  ["under_review", "opened"],
  ["prevented", "closed"],
  ["charge_refunded", "closed"],
  ["won", "won"],
  ["lost", "lost"],
]);

const reasons: ReadonlyMap<string, DisputeReason> = new Map([
  ["fraudulent", "fraud"],
  ["unrecognized", "fraud"],
  ["product_not_received", "not_received"],
  ["product_unacceptable", "not_as_described"],
  ["duplicate", "duplicate"],
  ["credit_not_processed", "credit_not_processed"],
  ["subscription_canceled", "subscription_canceled"],
  ["debit_not_authorized", "authorization"],
  ["bank_cannot_process", "processing_error"],
  ["check_returned", "processing_error"],
  ["incorrect_account_details", "processing_error"],
  ["insufficient_funds", "processing_error"],
  ["customer_initiated", "general"],
  ["noncompliant", "general"],
  ["general", "general"],
]);

/** `charge.dispute.*`: whichever event tells a state, it is the same fact. */
export function dispute(event: JsonObject): Item[] {
  const told = toldBy(event, ["payment_intent", "charge"]);
  const { object, at, common } = told;
  const id = requiredId(object, "id");
  const state = states.get(requiredText(object, "status"));
  if (state === undefined) {
    throw unreadable("data.object.status", "must be a dispute's status");
  }
  const reason = textAt(object, "reason");
  const networkCode =
    textAt(object, "payment_method_details", "card", "network_reason_code") ??
      textAt(object, "network_reason_code");
  return [{
    kind: "fact",
    fact: {
      type: PAYMENT_DISPUTED,
      id: `dispute:${id}:${state}`,
      at,
      money: moneyIn(told, "amount"),
      payload: present({
        ...common,
        dispute_id: id,
        state,
        reason_class: reasons.get(reason ?? "") ??
          reasonOfNetworkCode(networkCode),
        reason_code: networkCode ?? reason,
        due_at: secondsAt(object, "evidence_details", "due_by"),
      }),
    },
  }];
}
