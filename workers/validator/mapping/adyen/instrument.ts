import type { Instrument } from "#contracts/events/payment_fields.ts";
import type { JsonObject } from "#contracts/parse.ts";
import {
  binAt,
  countryAt,
  last4At,
  matchAt,
  present,
  textAt,
} from "../fields.ts";

/** Payment methods of Adyen that are wallets, and those that are of a bank, by how their names begin. */
const wallets =
  /^(?:alipay|amazonpay|applepay|bizum|cashapp|dana|gcash|googlepay|grabpay|kakaopay|mbway|mobilepay|momo|paypal|paywithgoogle|samsungpay|swish|twint|vipps|wechatpay)/i;
const banks =
  /^(?:ach|bankTransfer|bcmc_mobile|blik|directEbanking|directdebit|dotpay|ebanking|eps|giropay|ideal|molpay_ebanking|onlineBanking|paybybank|pix|sepadirectdebit|trustly)/i;

const fundings: ReadonlyMap<string, Instrument["funding"]> = new Map([
  ["CREDIT", "credit"],
  ["CHARGE", "credit"],
  ["DEBIT", "debit"],
  ["PREPAID", "prepaid"],
  ["PREPAID_RELOADABLE", "prepaid"],
  ["PREPAID_NONRELOADABLE", "prepaid"],
]);

/** What pays; undefined if the item does not say. Adyen signs none of it. */
export function instrumentIn(item: JsonObject): Instrument | undefined {
  const brand = textAt(item, "paymentMethod");
  const of = (key: string) => ["additionalData", key] as const;
  const last4 = last4At(item, ...of("cardSummary"));
  const bin = binAt(item, ...of("cardBin"));
  if (brand === undefined && last4 === undefined && bin === undefined) {
    return undefined;
  }
  return present({
    kind: kindOf(brand ?? "", last4 ?? bin),
    brand,
    bin,
    last4,
    fingerprint: matchAt(item, /^\w{8,64}$/, ...of("alias")),
    issuer_country: countryAt(item, ...of("cardIssuingCountry")) ??
      countryAt(item, ...of("issuerCountry")),
    funding: fundings.get(textAt(item, ...of("fundingSource")) ?? ""),
  });
}

const cards =
  /^(?:accel|amex|argencard|bcmc|bijcard|cabal|carnet|cartebancaire|cup|dankort|diners|discover|eftpos|elo|electron|hiper|interac|jcb|maestro|mc|mcdebit|nyce|pulse|rupay|star|troy|visa)/i;

function kindOf(brand: string, card: string | undefined): Instrument["kind"] {
  if (wallets.test(brand)) return "wallet";
  if (banks.test(brand)) return "bank";
  return card !== undefined || cards.test(brand) ? "card" : "other";
}
