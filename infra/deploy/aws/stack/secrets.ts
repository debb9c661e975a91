import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { secrets as named } from "../ground.ts";

/** What people put in, with something in it that nobody knows until they do. */
export function secrets(scope: Construct) {
  const secret = (id: string, which: keyof typeof named) =>
    new Secret(scope, id, {
      secretName: named[which].name,
      description: named[which].description,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
  return {
    webhook: secret("WebhookSecret", "webhook"),
    webhook_other: secret("WebhookSecretOther", "webhook_other"),
    desk_tokens: secret("DeskTokens", "desk_tokens"),
  };
}

export type Secrets = ReturnType<typeof secrets>;
