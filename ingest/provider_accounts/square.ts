import { z } from "zod";
import { KeyText, secretsOf } from "./keys.ts";

export const SquareAccount = z.strictObject({
  ...secretsOf(KeyText),
  notification_url: z.url({
    protocol: /^https?$/,
    error:
      "must be the address that Square's console has for this endpoint, to the letter",
  }),
});
export type SquareAccount = z.infer<typeof SquareAccount>;
