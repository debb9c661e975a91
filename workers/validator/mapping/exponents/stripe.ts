import { exponentsOf } from "../money.ts";

/**
 * Decimals of Stripe's amounts of charges, refunds and disputes, by its page on currencies as of 2026
 * (https://docs.stripe.com/currencies), which was compared with what public integrations hold.
 *
 * It differs from ISO 4217: ISK has two, as it once had, and its amounts are multiples of 100; MGA has none. Amounts with three
 * decimals end in 0. HUF and TWD have two here, and are whole only in payouts. UGX is left out: the page lists it among those
 * without decimals, and says beside that 5 UGX are 500. What was withdrawn is here as it was, as history is read again.
 */
export const stripeExponents = exponentsOf({
  0: "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF",
  2: `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY
    COP CRC CVE CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR
    ISK JMD KES KGS KHR KYD KZT LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN
    NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD STD SZL THB
    TJS TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD XCG YER ZAR ZMW`,
  3: "BHD JOD KWD OMR TND",
});
