import {
  PAYMENT_DISPUTED,
  type PaymentDisputedFields,
} from "#contracts/events/payment_disputed/payment_disputed.ts";
import type { JsonObject } from "#contracts/parse.ts";
import type { DisputeReason } from "../dispute_reasons.ts";
import { present, requiredId, textAt } from "../fields.ts";
import type { Item } from "../mapping.ts";
import { timeAt } from "../times.ts";
import { unreadable } from "../unreadable.ts";
import { moneyOf, statusOf, type Told, toldBy } from "./told.ts";

type State = PaymentDisputedFields["state"];

const stages: ReadonlyMap<string, State> = new Map([
  ["INQUIRY", "inquiry"],
  ["CHARGEBACK", "opened"],
  ["PRE_ARBITRATION", "opened"],
  ["ARBITRATION", "opened"],
]);

/** Who bears it. With any other outcome PayPal pays, or the buyer gives up. */
const outcomes: ReadonlyMap<string, State> = new Map([
  ["RESOLVED_BUYER_FAVOUR", "lost"],
  ["ACCEPTED", "lost"],
  ["RESOLVED_SELLER_FAVOUR", "won"],
]);

const reasons: ReadonlyMap<string, DisputeReason> = new Map([
  ["MERCHANDISE_OR_SERVICE_NOT_RECEIVED", "not_received"],
  ["MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED", "not_as_described"],
  ["UNAUTHORISED", "fraud"],
  ["CREDIT_NOT_PROCESSED", "credit_not_processed"],
  ["DUPLICATE_TRANSACTION", "duplicate"],
  ["INCORRECT_AMOUNT", "processing_error"],
  ["PAYMENT_BY_OTHER_MEANS", "duplicate"],
  ["CANCELED_RECURRING_BILLING", "subscription_canceled"],
  ["PROBLEM_WITH_REMITTANCE", "processing_error"],
  ["OTHER", "general"],
]);

/** `CUSTOMER.DISPUTE.*`: whichever event tells a state, it is the same fact. */
export function dispute(event: JsonObject): Item[] {
  const told = toldBy(event);
  const { resource, at, common } = told;
  const id = requiredId(resource, "dispute_id");
  const state = stateOf(told);
  const reason = textAt(resource, "reason");
  return [{
    kind: "fact",
    fact: {
      type: PAYMENT_DISPUTED,
      id: `dispute:${id}:${state}`,
      at,
      money: moneyOf(told, "dispute_amount"),
      payload: present({
        ...common,
        dispute_id: id,
        state,
        reason_class: reasons.get(reason ?? ""),
        reason_code: reason,
        due_at: timeAt(resource, "seller_response_due_date"),
      }),
    },
  }];
}

function stateOf(told: Told): State {
  const { resource } = told;
  if (statusOf(told) === "RESOLVED") {
    const outcome = textAt(resource, "dispute_outcome", "outcome_code");
    return outcomes.get(outcome ?? "") ?? "closed";
  }
  const stage = textAt(resource, "dispute_life_cycle_stage");
  const state = stages.get(stage ?? "");
  if (state !== undefined) return state;
  throw unreadable(
    "resource.dispute_life_cycle_stage",
    "must be a dispute's stage",
  );
}
