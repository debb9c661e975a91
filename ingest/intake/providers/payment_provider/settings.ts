import { type Config, integer } from "#runtime/config.ts";
import { furtherSecret, webhookSecret } from "../../../webhook_secret.ts";

/** It once took several, and no one of them may become part of another in silence. */
const noComma = (text: string) =>
  text.includes(",")
    ? "must be one secret without a comma: give the one before it as " +
      "PAYMENT_PROVIDER_WEBHOOK_SECRET_PREVIOUS, and a secret that has a " +
      "comma in the file of PAYMENT_PROVIDER_WEBHOOK_SECRET_FILE"
    : undefined;

export const settings = {
  secret: webhookSecret("PAYMENT_PROVIDER_WEBHOOK_SECRET", {
    doc: "secret that webhooks are signed with",
    refusedInVariable: noComma,
  }),
  previousSecret: furtherSecret("PAYMENT_PROVIDER_WEBHOOK_SECRET_PREVIOUS", {
    doc: "while a secret is exchanged, the other one that is valid",
  }),
  toleranceSeconds: integer("PAYMENT_PROVIDER_WEBHOOK_MAX_AGE_SECONDS", {
    fallback: "300",
    min: 1,
    doc: "seconds a webhook's timestamp may be before or after the clock",
  }),
};

/** The secrets that a webhook may be signed with. */
export function secretsOf(
  { secret, previousSecret }: Pick<
    Config<typeof settings>,
    "secret" | "previousSecret"
  >,
): string[] {
  return previousSecret === undefined ? [secret] : [secret, previousSecret];
}
