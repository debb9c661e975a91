import type { Instrument } from "#contracts/events/payment_fields.ts";
import type { JsonObject } from "#contracts/parse.ts";
import { cardOf } from "../card.ts";
import { textAt } from "../fields.ts";

/** Payment methods of Stripe that are cards, whoever holds them. */
const cards = new Set(["card", "card_present", "interac_present"]);

const wallets = new Set(
  "alipay amazon_pay cashapp grabpay kakao_pay link mobilepay naver_pay paypal paypay payco revolut_pay samsung_pay satispay twint wechat_pay"
    .split(" "),
);

const banks = new Set(
  "ach_credit_transfer ach_debit acss_debit au_becs_debit bacs_debit bancontact blik customer_balance eps fpx giropay ideal multibanco nz_bank_account p24 pay_by_bank pix promptpay sepa_debit sofort swish us_bank_account"
    .split(" "),
);

/** What pays, by a charge's `payment_method_details`; undefined if it says nothing. */
export function instrumentIn(object: JsonObject): Instrument | undefined {
  const details = object.payment_method_details;
  const type = textAt(details, "type");
  if (type === undefined) return undefined;
  const at = (key: string) => textAt(details, type, key);
  const card = cardOf({
    brand: at("brand"),
    last4: at("last4"),
    fingerprint: at("fingerprint"),
    funding: at("funding"),
    issuerCountry: at("country"),
  });
  if (cards.has(type)) return card;
  const kind = wallets.has(type)
    ? "wallet"
    : banks.has(type)
    ? "bank"
    : "other";
  return { ...card, kind, brand: type };
}
