/**
 * Paystack's: amounts are in kobo, pesewas or cents. The West African franc is not in it: ISO 4217 gives it no decimals, Paystack's
 * own plugins send it times 100, and no page of its own that we have read says which.
 *
 * @see https://paystack.com/docs/api/, read 2026-11-26 by what cites it
 */
import { exponentsOf } from "../money.ts";
export const paystackExponents = exponentsOf({ 2: "GHS KES NGN USD ZAR" });
