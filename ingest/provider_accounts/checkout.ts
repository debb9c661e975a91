import { z } from "zod";
import { KeyText, secretsOf } from "./keys.ts";

export const CheckoutAccount = z.strictObject({
  ...secretsOf(KeyText),
  authorization: KeyText.optional(),
});
export type CheckoutAccount = z.infer<typeof CheckoutAccount>;
