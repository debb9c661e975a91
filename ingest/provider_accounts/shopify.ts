import { z } from "zod";
import { KeyText, secretsOf } from "./keys.ts";

export const ShopifyAccount = z.strictObject(secretsOf(KeyText));
export type ShopifyAccount = z.infer<typeof ShopifyAccount>;
