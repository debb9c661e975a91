/**
 * What of Adyen's event codes is mapped, and what is known to say nothing new of a payment's money. As of its reference of 2026:
 * https://docs.adyen.com/development-resources/webhooks/webhook-types
 *
 * @module
 */
import { familyByPrefix } from "../families.ts";
import type { Item } from "../mapping.ts";
import { disputed } from "./dispute.ts";
import * as payment from "./payment.ts";
import type { Told } from "./told.ts";

export const mapped: ReadonlyMap<string, (told: Told) => Item> = new Map([
  ["AUTHORISATION", payment.authorisation],
  ["CAPTURE", payment.capture],
  ["CAPTURE_FAILED", payment.failedTo("capture")],
  ["REFUND", payment.refund],
  ["REFUND_FAILED", payment.failedTo("refund")],
  ["REFUNDED_REVERSED", payment.failedTo("refund")],
  ["CANCEL_OR_REFUND", payment.cancelOrRefund],
  ["CANCELLATION", payment.canceledBy("merchant")],
  ["TECHNICAL_CANCEL", payment.canceledBy("technical")],
  ["EXPIRE", payment.canceledBy("expired")],
  ["OFFER_CLOSED", payment.canceledBy("expired")],
  ["REQUEST_FOR_INFORMATION", disputed("inquiry")],
  ["NOTIFICATION_OF_CHARGEBACK", disputed("opened")],
  ["CHARGEBACK", disputed("opened")],
  ["CHARGEBACK_REVERSED", disputed("won")],
  ["PREARBITRATION_WON", disputed("won")],
  ["SECOND_CHARGEBACK", disputed("lost")],
  ["PREARBITRATION_LOST", disputed("lost")],
  ["DISPUTE_DEFENSE_PERIOD_ENDED", disputed("lost")],
]);

export const noPayment: ReadonlySet<string> = new Set([
  "PENDING",
  "HANDLED_EXTERNALLY",
  "POSTPONED_REFUND",
  "VOID_PENDING_REFUND",
  "MANUAL_REVIEW_ACCEPT",
  "MANUAL_REVIEW_REJECT",
  "ORDER_OPENED",
  "ORDER_CLOSED",
  "RECURRING_CONTRACT",
  "REPORT_AVAILABLE",
  "NOTIFICATIONTEST",
  "AUTORESCUE",
  "CANCEL_AUTORESCUE",
  "NOTIFICATION_OF_FRAUD",
  "INFORMATION_SUPPLIED",
  "ISSUER_COMMENTS",
  // CHARGEBACK_REVERSED has told it.
  "ISSUER_RESPONSE_TIMEFRAME_EXPIRED",
  "PAYOUT_THIRDPARTY",
  "PAYOUT_DECLINE",
  "PAYOUT_EXPIRE",
  "PAIDOUT_REVERSED",
  // Of platforms and of management, which are signed in a header.
  "balancePlatform.accountHolder.created",
  "balancePlatform.accountHolder.updated",
  "balancePlatform.balanceAccount.created",
  "balancePlatform.balanceAccount.updated",
  "balancePlatform.paymentInstrument.created",
  "balancePlatform.paymentInstrument.updated",
  "balancePlatform.report.created",
  "merchant.created",
  "merchant.updated",
  "paymentMethod.created",
  "paymentMethodRequest.pending",
  "paymentMethodRequest.removed",
]);

export const familyOf = familyByPrefix(
  ["AUTHORISATION", "payment"],
  ["CAPTURE", "payment"],
  ["CANCELLATION", "payment"],
  ["CANCEL_OR_REFUND", "payment"],
  ["TECHNICAL_CANCEL", "payment"],
  ["EXPIRE", "payment"],
  ["OFFER_CLOSED", "payment"],
  ["PENDING", "payment"],
  ["HANDLED_EXTERNALLY", "payment"],
  ["MANUAL_REVIEW_", "payment"],
  ["AUTORESCUE", "payment"],
  ["REFUND", "refund"],
  ["POSTPONED_REFUND", "refund"],
  ["VOID_PENDING_REFUND", "refund"],
  ["CHARGEBACK", "dispute"],
  ["SECOND_CHARGEBACK", "dispute"],
  ["NOTIFICATION_OF_", "dispute"],
  ["PREARBITRATION_", "dispute"],
  ["REQUEST_FOR_INFORMATION", "dispute"],
  ["INFORMATION_SUPPLIED", "dispute"],
  ["ISSUER_", "dispute"],
  ["DISPUTE_", "dispute"],
  ["balancePlatform.dispute.", "dispute"],
  ["PAYOUT_", "payout"],
  ["PAIDOUT_", "payout"],
  ["balancePlatform.transfer.", "payout"],
  ["balancePlatform.outgoingTransfer.", "payout"],
  ["balancePlatform.incomingTransfer.", "payout"],
  ["balancePlatform.payment.", "payout"],
  ["ORDER_", "order"],
  ["RECURRING_", "customer"],
  ["recurring.", "customer"],
  ["balancePlatform.accountHolder.", "account"],
  ["balancePlatform.balanceAccount.", "account"],
  ["merchant.", "account"],
  ["paymentMethod", "account"],
);
