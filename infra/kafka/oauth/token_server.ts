import { Buffer } from "node:buffer";
import { z } from "zod";
import { DeniedError, describeError, TransientError } from "#runtime/errors.ts";
import { type Answer, ask } from "./ask.ts";
import type { Token } from "./tokens.ts";

export type TokenServer = {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string | undefined;
  /** Path of the certificates of authorities; by itself the runtime's own list. */
  readonly sslRootCert?: string | undefined;
};

/** A broker waits longer for a login. */
const TIMEOUT_MS = 5_000;

/** RFC 6749 §5.1. Without `expires_in` its life is what the token itself says. */
const Granted = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().optional(),
});

/** RFC 6749 §5.2: a code from a short list. What describes it may have anything in it, and is not shown. */
const Refused = z.object({ error: z.string().regex(/^[\w.-]{1,64}$/) });

/**
 * Asks for a token by the grant of client credentials (RFC 6749 §4.4). No message has a token or a secret in it.
 *
 * @throws {DeniedError} if the server refuses the client
 * @throws {TransientError} if it does not answer, or with something else
 */
export async function requestToken(server: TokenServer): Promise<Token> {
  const nowMs = Date.now();
  const { status, text } = await post(server).catch((error) => {
    throw new TransientError(
      `Cannot get a token from ${server.url} (${describeError(error)})`,
    );
  });
  const answer = parse(text);
  if (status === 200) {
    const granted = Granted.safeParse(answer);
    if (granted.success) {
      const { access_token: value, expires_in: seconds } = granted.data;
      return {
        value,
        ...(seconds !== undefined && { expiresMs: nowMs + 1_000 * seconds }),
      };
    }
  }
  const refused = Refused.safeParse(answer);
  const why = refused.success ? `${status}, ${refused.data.error}` : status;
  if (status === 400 || status === 401 || status === 403) {
    throw new DeniedError(
      `${server.url} gives ${server.clientId} no token (${why}): correct EVENTFLOW_KAFKA_OAUTH_CLIENT_ID, EVENTFLOW_KAFKA_OAUTH_CLIENT_SECRET or EVENTFLOW_KAFKA_OAUTH_SCOPE`,
    );
  }
  throw new TransientError(
    `Cannot get a token from ${server.url}: it answers ${why} and no token`,
  );
}

function post(
  { url, clientId, clientSecret, scope, sslRootCert }: TokenServer,
): Promise<Answer> {
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    ...(scope !== undefined && { scope }),
  }).toString();
  // Each half as a form writes it (RFC 6749 §2.3.1), in which no colon is left.
  const [id, secret] = [clientId, clientSecret].map(formEncoded);
  const login = Buffer.from(`${id}:${secret}`).toString("base64");
  return ask(url, {
    method: "POST",
    headers: {
      authorization: `Basic ${login}`,
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
    },
    body,
    sslRootCert,
    timeoutMs: TIMEOUT_MS,
  });
}

function formEncoded(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
