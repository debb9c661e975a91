import { readFile } from "node:fs/promises";
import { DeniedError } from "#runtime/errors.ts";
import type { SecurityConfig } from "../security_settings.ts";
import { requestToken } from "./token_server.ts";
import { type Token, Tokens } from "./tokens.ts";

/** Where the tokens of a client come from, as its settings say. */
export function tokenSource(config: SecurityConfig): () => Promise<string> {
  const { kafkaOauthTokenFile: path } = config;
  if (path !== undefined) {
    // Never kept: whoever writes the file renews it.
    return async () => await new Tokens(() => readToken(path)).current();
  }
  const tokens = new Tokens(() =>
    requestToken({
      url: config.kafkaOauthTokenUrl ?? "",
      clientId: config.kafkaOauthClientId ?? "",
      clientSecret: config.kafkaOauthClientSecret ?? "",
      scope: config.kafkaOauthScope,
      sslRootCert: config.kafkaOauthSslRootCert,
    })
  );
  return () => tokens.current();
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
