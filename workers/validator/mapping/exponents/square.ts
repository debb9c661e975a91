/**
 * Square's: those that its page lists, each with what an amount of 100 means. It takes payments in no other.
 *
 * @see https://developer.squareup.com/docs/build-basics/working-with-monetary-amounts, read 2026-11-26
 */
import { exponentsOf } from "../money.ts";
export const squareExponents = exponentsOf({
  0: "JPY",
  2: "AUD CAD EUR GBP USD",
});
