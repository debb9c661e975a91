import { exponentsOf } from "../money.ts";

/**
 * Decimals of Adyen's amounts, by its page on currency codes as it stood in 2025
 * (https://docs.adyen.com/development-resources/currency-codes), read in stored copies of it.
 *
 * It differs from ISO 4217: CLP and ISK have two, CVE and IDR none. CNH is no currency of ISO 4217, so that the validator's rules
 * refuse it; it is left out. ANG is as it was before it was withdrawn.
 */
export const adyenExponents = exponentsOf({
  0: "CVE DJF GNF IDR JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
  2: `AED ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BWP BYN BZD CAD CHF CLP CNY COP
    CRC CUP CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF ILS INR ISK JMD
    KES KGS KHR KYD KZT LAK LBP LKR MAD MDL MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR
    NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD STN SVC SZL THB TOP TRY
    TTD TWD TZS UAH USD UYU UZS VEF WST XCD YER ZAR ZMW`,
  3: "BHD IQD JOD KWD LYD OMR TND",
});
