import { type Config, integer } from "#runtime/config.ts";
import { furtherSecret, webhookSecret } from "../../../webhook_secret.ts";
import { HmacKey } from "../hmac_key.ts";
import type { NamedSecret } from "../../rejections/refused_request.ts";

/** What raw records call the provider. */
export const NAME = "payment-provider";

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
  retiredSecret: furtherSecret("PAYMENT_PROVIDER_WEBHOOK_SECRET_RETIRED", {
    doc: "a secret that is not accepted any more: what is still signed with " +
      "it is refused, and recorded as signed with it",
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

/** The same, ready to be used: made once for a configuration. */
export function keysOf(
  config: Pick<Config<typeof settings>, "secret" | "previousSecret">,
): readonly HmacKey[] {
  return keptKeys.getOrInsertComputed(
    config,
    () => secretsOf(config).map((secret) => new HmacKey(secret)),
  );
}

const keptKeys = new WeakMap<object, readonly HmacKey[]>();

/** All that is known of its secrets, to tell why a webhook was refused. */
export function namedSecretsOf(
  { secret, previousSecret, retiredSecret }: Pick<
    Config<typeof settings>,
    "secret" | "previousSecret" | "retiredSecret"
  >,
): NamedSecret[] {
  const named = (which: NamedSecret["name"]["which"], text?: string) =>
    text === undefined ? [] : [{ name: { provider: NAME, which }, text }];
  return [
    ...named("current", secret),
    ...named("previous", previousSecret),
    ...named("retired", retiredSecret),
  ];
}
