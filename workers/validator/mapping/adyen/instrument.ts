import type { Instrument } from "#contracts/events/payment_fields.ts";
import type { JsonObject } from "#contracts/parse.ts";
import { cardOf } from "../card.ts";
import { textAt } from "../fields.ts";

/** Payment methods of Adyen that are wallets, and those that are of a bank, by how their names begin. */
const wallets =
  /^(?:alipay|amazonpay|applepay|bizum|cashapp|dana|gcash|googlepay|grabpay|kakaopay|mbway|mobilepay|momo|paypal|paywithgoogle|samsungpay|swish|twint|vipps|wechatpay)/i;
const banks =
  /^(?:ach|bankTransfer|bcmc_mobile|blik|directEbanking|directdebit|dotpay|ebanking|eps|giropay|ideal|molpay_ebanking|onlineBanking|paybybank|pix|sepadirectdebit|trustly)/i;

const cards =
  /^(?:accel|amex|argencard|bcmc|bijcard|cabal|carnet|cartebancaire|cup|dankort|diners|discover|eftpos|elo|electron|hiper|interac|jcb|maestro|mc|nyce|pulse|rupay|star|troy|visa)/i;

/** What pays; undefined if the item does not say. Adyen signs none of it. */
export function instrumentIn(item: JsonObject): Instrument | undefined {
  const of = (key: string) => textAt(item, "additionalData", key);
  const brand = textAt(item, "paymentMethod");
  const card = cardOf({
    brand,
    bin: of("cardBin"),
    last4: of("cardSummary"),
    fingerprint: of("alias"),
    // Such as `PREPAID_RELOADABLE`.
    funding: of("fundingSource")?.split("_")[0],
    issuerCountry: of("cardIssuingCountry") ?? of("issuerCountry"),
  });
  const isCard = card.last4 !== undefined || card.bin !== undefined;
  if (brand === undefined) return isCard ? card : undefined;
  const kind = kindOf(brand, isCard);
  return kind === "card" ? card : { ...card, kind, brand };
}

function kindOf(brand: string, isCard: boolean): Instrument["kind"] {
  if (wallets.test(brand)) return "wallet";
  if (banks.test(brand)) return "bank";
  return isCard || cards.test(brand) ? "card" : "other";
}
