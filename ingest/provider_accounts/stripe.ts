import { z } from "zod";
import { KeyText, secretsOf } from "./keys.ts";
import { tolerance } from "./tolerance.ts";

export const StripeAccount = z.strictObject({
  ...secretsOf(
    KeyText.refine(
      (text) => text.startsWith("whsec_"),
      "must be the endpoint's signing secret, which begins with whsec_",
    ),
  ),
  tolerance_seconds: tolerance,
});
export type StripeAccount = z.infer<typeof StripeAccount>;
