import { z } from "zod";
import { KeyText, secretsOf } from "./keys.ts";

export const RazorpayAccount = z.strictObject(secretsOf(KeyText));
export type RazorpayAccount = z.infer<typeof RazorpayAccount>;
