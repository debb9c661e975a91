import { z } from "zod";
import {
  PaymentAuthorized,
  PaymentAuthorizedPayload,
} from "./payment_authorized/payment_authorized.ts";

/** An authorised payment with what EventFlow worked out about it. */
export const PaymentEnriched = PaymentAuthorized.extend({
  payload: PaymentAuthorizedPayload.extend({
    risk_score: z.number().min(0).max(1),
  }),
});
export type PaymentEnriched = z.infer<typeof PaymentEnriched>;
