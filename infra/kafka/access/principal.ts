import { subjectOf } from "#runtime/certificate_files.ts";
import { tokenSource } from "../oauth/token_source.ts";
import { claimsOf } from "../oauth/tokens.ts";
import type { SecurityConfig } from "../security_settings.ts";

/**
 * Who a client is to Kafka's authorizer, as far as can be told from here: brokers may be set to take other parts of a
 * certificate or a token, and then it is whoever they make of it.
 */
export async function principalOf(config: SecurityConfig): Promise<string> {
  const name = await nameOf(config);
  return name === undefined ? "this client" : `User:${name}`;
}

async function nameOf(config: SecurityConfig): Promise<string | undefined> {
  switch (config.kafkaSaslMechanism) {
    case "plain":
    case "scram-sha-256":
    case "scram-sha-512":
      return config.kafkaSaslUsername;
    case "oauthbearer": {
      const token = await tokenSource(config).current().catch(() => "");
      return claimsOf(token).subject;
    }
    // The ARN of its role, which AWS alone can tell.
    case "aws-msk-iam":
      return undefined;
    case undefined:
      return config.kafkaSslCert === undefined
        ? "ANONYMOUS"
        : subjectOf(config.kafkaSslCert);
  }
}
