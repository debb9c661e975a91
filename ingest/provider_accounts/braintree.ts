import { z } from "zod";
import { KeyText } from "./keys.ts";

const Pairs = z.array(z.strictObject({ public: KeyText, private: KeyText }))
  .min(1).max(8);

export const BraintreeAccount = z.strictObject({
  keys: Pairs,
  retired: Pairs.optional(),
});
export type BraintreeAccount = z.infer<typeof BraintreeAccount>;
