import { readFile } from "node:fs/promises";
import { DeniedError } from "#runtime/errors.ts";
import { readCredentials } from "../msk_iam/credentials.ts";
import { signToken } from "../msk_iam/token.ts";
import type { SecurityConfig } from "../security_settings.ts";
import { requestToken } from "./token_server.ts";
import { type Token, Tokens } from "./tokens.ts";

/** What gives a client its tokens. */
export type TokenSource = {
  /** @throws if there is none to be had */
  current(): Promise<string>;
  /** Told of a token that was refused, so that it is not given again. */
  discard(value: string): void;
};

/** Where the tokens of a client come from, as its settings say. */
export function tokenSource(config: SecurityConfig): TokenSource {
  if (config.kafkaSaslMechanism === "aws-msk-iam") {
    return new Tokens(() => signedToken(config));
  }
  const { kafkaOauthTokenFile: path } = config;
  if (path !== undefined) {
    // Never kept: whoever writes the file renews it.
    return {
      current: async () => await new Tokens(() => readToken(path)).current(),
      discard: () => {},
    };
  }
  return new Tokens(() =>
    requestToken({
      url: config.kafkaOauthTokenUrl ?? "",
      clientId: config.kafkaOauthClientId ?? "",
      clientSecret: config.kafkaOauthClientSecret ?? "",
      scope: config.kafkaOauthScope,
      sslRootCert: config.kafkaOauthSslRootCert,
    })
  );
}

async function signedToken(config: SecurityConfig): Promise<Token> {
  const region = config.kafkaAwsRegion ?? "";
  const credentials = await readCredentials(config);
  return await signToken({ credentials, region, nowMs: Date.now() });
}

async function readToken(path: string): Promise<Token> {
  try {
    return { value: (await readFile(path, "utf8")).trim() };
  } catch (error) {
    const reason = error instanceof Error && "code" in error
      ? error.code
      : "unreadable";
    throw new DeniedError(
      `EVENTFLOW_KAFKA_OAUTH_TOKEN_FILE must name a file that is there and can be read (${reason}): ${path}`,
    );
  }
}
