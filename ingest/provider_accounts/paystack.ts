import { z } from "zod";
import { KeyText, secretsOf } from "./keys.ts";

export const PaystackAccount = z.strictObject(secretsOf(
  KeyText.refine(
    (text) => text.startsWith("sk_"),
    "must be the secret key of the API, which begins with sk_",
  ),
));
export type PaystackAccount = z.infer<typeof PaystackAccount>;
