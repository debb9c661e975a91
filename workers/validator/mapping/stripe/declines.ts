import type { Decline } from "#contracts/events/payment_fields.ts";
import type { JsonObject } from "#contracts/parse.ts";
import { declines } from "../decline.ts";
import { textAt } from "../fields.ts";
import {
  type Advice,
  adviceOfNetwork,
  withNetwork,
} from "../network_advice.ts";

/**
 * Stripe's decline codes (https://docs.stripe.com/declines/codes), the reasons of its own rules (`outcome.reason`), error codes of
 * a failed charge, and the failure reasons of refunds, as of 2026. What a bank says without a reason, such as `do_not_honor` and
 * `generic_decline`, is of no class.
 */
const declineOf = declines({
  hard:
    `card_not_supported currency_not_supported do_not_try_again invalid_account no_action_taken not_permitted
    restricted_card revocation_of_all_authorizations revocation_of_authorization security_violation
    service_not_allowed stop_payment_order transaction_not_allowed account_closed bank_account_restricted
    debit_not_authorized no_account`,
  soft:
    `approve_with_id card_velocity_exceeded insufficient_funds issuer_not_available reenter_transaction
    try_again_later withdrawal_count_limit_exceeded`,
  authentication:
    `authentication_required authentication_not_handled mobile_device_authentication_required
    offline_pin_required online_or_offline_pin_required payment_intent_authentication_failure`,
  fraud:
    `fraudulent highest_risk_level elevated_risk_level lost_card lost_or_stolen_card merchant_blacklist
    pickup_card rule stolen_card`,
  data:
    `expired_card expired_or_canceled_card incorrect_address incorrect_cvc incorrect_number incorrect_pin
    incorrect_zip invalid_cvc invalid_expiry_month invalid_expiry_year invalid_number invalid_pin
    new_account_information_available pin_try_exceeded`,
  technical:
    `duplicate_transaction invalid_amount live_mode_test_card processing_error test_mode_live_card
    testmode_decline`,
});

/** `outcome.advice_code` of a charge, since 2025. */
const advised: ReadonlyMap<string, Advice> = new Map([
  ["confirm_card_data", "retry_with_other_data"],
  ["do_not_try_again", "do_not_retry"],
  ["try_again_later", "retry_later"],
]);

/** Why a charge failed; undefined if it does not say. */
export function declineOfCharge(charge: JsonObject): Decline | undefined {
  const failure = textAt(charge, "failure_code");
  const detail = textAt(charge, "outcome", "reason");
  // Every decline of a bank is `card_declined`: the reason is in the outcome.
  const code = failure === "card_declined"
    ? detail ?? failure
    : failure ?? detail;
  return withNetwork(declineOf(code), {
    code: textAt(charge, "outcome", "network_decline_code"),
    advice: advised.get(textAt(charge, "outcome", "advice_code") ?? "") ??
      adviceOfNetwork(textAt(charge, "outcome", "network_advice_code")),
  });
}

/** Why a refund failed; undefined if it does not say. */
export function declineOfRefund(refund: JsonObject): Decline | undefined {
  return declineOf(textAt(refund, "failure_reason"));
}
