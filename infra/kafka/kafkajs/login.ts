import { Buffer } from "node:buffer";
import type {
  AuthenticationProviderArgs,
  Mechanism,
  SASLOptions,
} from "kafkajs";
import { DeniedError, describeError } from "#runtime/errors.ts";
import { type TokenSource, tokenSource } from "../oauth/token_source.ts";
import type { SecurityConfig } from "../security_settings.ts";

/** How a client logs in, as kafkajs takes it; undefined if it does so by certificate, or not at all. */
export function loginOf(
  config: SecurityConfig,
): SASLOptions | Mechanism | undefined {
  const username = config.kafkaSaslUsername ?? "";
  const password = config.kafkaSaslPassword ?? "";
  switch (config.kafkaSaslMechanism) {
    case undefined:
      return undefined;
    case "plain":
      return { mechanism: "plain", username, password };
    case "scram-sha-256":
      return { mechanism: "scram-sha-256", username, password };
    case "scram-sha-512":
      return { mechanism: "scram-sha-512", username, password };
    case "oauthbearer":
    case "aws-msk-iam":
      return bearerLogin(tokenSource(config));
  }
}

/** What a client sends last if it is refused (RFC 7628 §3.2.3). */
const UNDERSTOOD = "\x01";

const LENGTH_BYTES = 4;

/**
 * Logs in by a bearer token (RFC 7628). kafkajs 2.2.4 does too, but does not read the answer: a broker that
 * refuses a token says so there and waits, and kafkajs would take itself to be logged in, and what follows for
 * a broken connection. A release that reads it ends this.
 */
export function bearerLogin(tokens: TokenSource): Mechanism {
  return {
    mechanism: "oauthbearer",
    authenticationProvider: ({ saslAuthenticate }) => ({
      authenticate: () => authenticateBy(tokens, saslAuthenticate),
    }),
  };
}

/** @throws if the token is refused, which is then not used again, or there is none */
export async function authenticateBy(
  tokens: TokenSource,
  saslAuthenticate: AuthenticationProviderArgs["saslAuthenticate"],
): Promise<void> {
  const value = await tokens.current();
  const refused = (why: string) => {
    tokens.discard(value);
    return new DeniedError(`Kafka refuses the login by token (${why})`);
  };
  const say = (text: string) =>
    saslAuthenticate({ request: message(text), response: answer });
  const refusal = await say(`n,,\x01auth=Bearer ${value}\x01\x01`)
    .catch((error) => {
      throw isUnanswered(error) ? error : refused(describeError(error));
    });
  if (refusal === undefined || refusal === "") return;
  // The broker then ends it with an error of its own, which has more to say.
  throw refused(await say(UNDERSTOOD).then(() => refusal, describeError));
}

/** Nobody has refused anything then, and the next try may be answered. */
function isUnanswered(error: unknown): boolean {
  return error instanceof Error &&
    /^KafkaJS(RequestTimeout|Connection)/.test(error.name);
}

/** Bytes with their length before them, 32 bits, as kafkajs has them both ways. */
function message(text: string) {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeInt32BE(bytes.length);
  return { encode: () => Buffer.concat([length, bytes]) };
}

const answer = {
  decode: (bytes: Buffer) => bytes.subarray(LENGTH_BYTES),
  parse: (bytes: Buffer) => bytes.toString("utf8"),
};
