import { z } from "zod";
import { fromHex } from "./encodings.ts";
import { secretsOf } from "./keys.ts";

export const AdyenAccount = z.strictObject({
  ...secretsOf(
    z.string().refine(
      (text) => fromHex(text) !== undefined,
      "must be an HMAC key in hex, as the Customer Area shows it",
    ),
  ),
  /** HTTP basic authentication, if the Customer Area has it for this endpoint. */
  basic_auth: z.strictObject({ user: z.string(), password: z.string() })
    .optional(),
});
export type AdyenAccount = z.infer<typeof AdyenAccount>;
