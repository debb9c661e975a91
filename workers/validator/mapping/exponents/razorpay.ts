import { exponentsOf } from "../money.ts";
import { isoCodesWith } from "./iso.ts";

/**
 * Razorpay's: amounts are in the currency's subunit. Of those with none it names the yen, and of those with three KWD, BHD and
 * OMR, each as an example: whether others (KRW, VND, JOD, TND …) are told alike is not said, so they are not in it.
 *
 * @see https://razorpay.com/docs/api/orders/entity, read 2026-11-26
 */
export const razorpayExponents = exponentsOf({
  0: "JPY",
  2: isoCodesWith(2),
  3: "BHD KWD OMR",
});
