import type {
  PAYMENT_AUTHORIZED,
  PaymentAuthorizedFields,
} from "#contracts/events/payment_authorized/payment_authorized.ts";
import type {
  PAYMENT_CANCELED,
  PaymentCanceledFields,
} from "#contracts/events/payment_canceled/payment_canceled.ts";
import type {
  PAYMENT_CAPTURED,
  PaymentCapturedFields,
} from "#contracts/events/payment_captured/payment_captured.ts";
import type {
  PAYMENT_DISPUTED,
  PaymentDisputedFields,
} from "#contracts/events/payment_disputed/payment_disputed.ts";
import type {
  PAYMENT_FAILED,
  PaymentFailedFields,
} from "#contracts/events/payment_failed/payment_failed.ts";
import type {
  PAYMENT_REFUNDED,
  PaymentRefundedFields,
} from "#contracts/events/payment_refunded/payment_refunded.ts";
import type { JsonObject, Rejection } from "#contracts/parse.ts";
import type { WebhookFamily } from "#contracts/unmapped_webhook.ts";
import type { Money } from "./money.ts";

/** A provider's webhook as the log has it. */
export type Webhook = {
  /** What was signed, read as JSON; of a form its fields. */
  readonly body: JsonObject;
  /** The same as text, for whoever needs a number's own digits. */
  readonly text: string;
  /** The account at the provider it was sent to. */
  readonly account: string;
  /** An HTTP header that was kept with it, by its name in lower case. */
  header(name: string): string | undefined;
  /** When the intake had it, as RFC 3339: for what tells no time of its own. Undefined if the record does not say. */
  readonly receivedAt?: string | undefined;
};

/**
 * How one provider's webhooks become facts: a pure function, so that a fault in it is mended by replay.
 *
 * It reads nothing but the webhook: no clock, no settings, no earlier event.
 */
export type Mapping = {
  /** As raw records call it. */
  readonly provider: string;
  /** From 1; raised with each change of what is made of the same webhook. */
  readonly version: number;
  readonly form: "json" | "form";
  /** Types of which it is known that they say nothing of a payment's money. */
  readonly noPayment: ReadonlySet<string>;
  /** Which of the closed list a type belongs to, known or not. */
  familyOf(type: string): WebhookFamily;
  /**
   * What it says, in the order in which it says it.
   *
   * @throws {Unreadable} if the whole cannot be read
   */
  map(webhook: Webhook): readonly Item[];
  /** The id of the transmission, if the signature does not tell bodies apart. */
  transmissionOf?(webhook: Webhook): string | undefined;
};

/** One of the things that a webhook says. */
export type Item =
  | { readonly kind: "fact"; readonly fact: Fact }
  /** Known, and nothing new of a payment's money: a refund that is pending, a card that was only checked. */
  | { readonly kind: "no_payment"; readonly type: string }
  /** A type that is not mapped. If `noPayment` does not list it, it is kept to be mapped one day. */
  | { readonly kind: "other"; readonly type: string }
  | { readonly kind: "refused"; readonly rejection: Rejection };

/** By `event_type`. */
type Payloads = {
  [PAYMENT_AUTHORIZED]: PaymentAuthorizedFields;
  [PAYMENT_CAPTURED]: PaymentCapturedFields;
  [PAYMENT_REFUNDED]: PaymentRefundedFields;
  [PAYMENT_FAILED]: PaymentFailedFields;
  [PAYMENT_CANCELED]: PaymentCanceledFields;
  [PAYMENT_DISPUTED]: PaymentDisputedFields;
};

/** What `mapWebhook` adds itself. */
type Added = "amount" | "currency" | "provider" | "fact_id";

/** A fact about a payment. Facts with the same id are the same fact, told again. */
export type Fact = {
  readonly [Type in keyof Payloads]: {
    readonly type: Type;
    /** `<kind of object>:<its id>:<what became of it>`, such as `charge:ch_1:captured`, by the provider's own ids. */
    readonly id: string;
    /** RFC 3339. */
    readonly at: string;
    readonly money: Money;
    readonly payload: Omit<Payloads[Type], Added>;
  };
}[keyof Payloads];
