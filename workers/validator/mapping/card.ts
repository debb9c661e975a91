import type { Instrument } from "#contracts/events/payment_fields.ts";
import { present } from "./fields.ts";

/**
 * A card, as far as what is told of it has the form that contracts ask for. Providers mask digits (`010XXX`), or put a bank's
 * account where a card's number would be: that is left out, as it is no reason to refuse the payment.
 *
 * @param funding in any case
 * @param issuerCountry ISO 3166-1 alpha-2, in any case
 */
export function cardOf(
  { brand, bin, last4, fingerprint, funding, issuerCountry }: {
    brand?: string | undefined;
    bin?: string | undefined;
    last4?: string | undefined;
    fingerprint?: string | undefined;
    funding?: string | undefined;
    issuerCountry?: string | undefined;
  },
): Instrument {
  return present({
    kind: "card" as const,
    brand: brand?.toLowerCase(),
    bin: matching(bin, /^\d{6}(\d{2})?$/),
    last4: matching(last4, /^\d{4}$/),
    fingerprint,
    funding: fundings.find((one) => one === funding?.toLowerCase()),
    issuer_country: matching(issuerCountry?.toUpperCase(), /^[A-Z]{2}$/),
  });
}

const fundings = ["credit", "debit", "prepaid"] as const;

function matching(text: string | undefined, form: RegExp): string | undefined {
  return text !== undefined && form.test(text) ? text : undefined;
}
