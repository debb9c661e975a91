import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";

/**
 * What people put in: two webhook secrets that are valid side by side, so that one is exchanged while the other
 * is in use, and who may log in to the desk.
 */
export function secrets(scope: Construct) {
  const secret = (id: string, secretName: string, description: string) =>
    new Secret(scope, id, {
      secretName: `eventflow/${secretName}`,
      description,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
  return {
    webhook: secret(
      "WebhookSecret",
      "webhook-secret",
      "What providers sign with",
    ),
    webhookOther: secret(
      "WebhookSecretOther",
      "webhook-secret-other",
      "Valid beside the first, while one is exchanged",
    ),
    desk: secret(
      "DeskTokens",
      "desk-tokens",
      "name:role:token of who may log in to the dead-letter desk, several separated by commas",
    ),
  };
}

export type Secrets = ReturnType<typeof secrets>;
