import { exponentsOf } from "../money.ts";

/**
 * Decimals of PayPal's amounts, by its page on currency codes as it stood in 2025
 * (https://developer.paypal.com/api/rest/reference/currency-codes/), read in stored copies of it: 25 currencies, and INR,
 * which was on it for accounts in India.
 *
 * HUF, JPY and TWD have no decimals; ISO 4217 has two of HUF and TWD.
 */
export const paypalExponents = exponentsOf({
  0: "HUF JPY TWD",
  2: `AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD ILS INR MXN MYR NOK NZD PHP PLN RUB SEK SGD THB USD`,
});
