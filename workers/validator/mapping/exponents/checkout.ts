import { exponentsOf } from "../money.ts";
import { isoCodesWith } from "./iso.ts";

/**
 * Checkout.com's: it names those with none and with three, and says that all others have two, the Chilean peso among them
 * (its last two digits are 00). CLF is not in it: older pages have it with none, today's has not.
 *
 * @see https://www.checkout.com/docs/payments/accept-payments/format-the-amount-value, of 2025-12-17, read 2026-11-26
 */
export const checkoutExponents = exponentsOf({
  0: "BIF DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
  2: `CLP ${isoCodesWith(2)}`,
  3: "BHD IQD JOD KWD LYD OMR TND",
});
