import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import * as oidc from "openid-client";
import { TransientError } from "#runtime/errors.ts";
import { isLoopback } from "#runtime/development.ts";
import { type ClaimNames, personIn } from "./claims.ts";
import type { Person } from "./tokens.ts";

export type ProviderOptions = {
  readonly issuer: string;
  readonly audience: string;
  readonly claims: ClaimNames;
  /** How the console logs people in; undefined if it does not. */
  readonly client:
    | {
      readonly id: string;
      readonly secret: string | undefined;
      readonly redirectUri: string;
    }
    | undefined;
};

/** What a browser brings back from the provider is compared with these: they stay with the session that asked. */
export type LoginChecks = {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
};

/** Keys of whole families: never a shared secret, which a token's own header could make of a public key (RFC 8725, section 3.1). */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];

const CLOCKS_APART_SECONDS = 30;

/** An OpenID Connect provider. What it says of itself is asked when it is first needed, so that the desk starts without it. */
export class IdentityProvider {
  readonly #options: ProviderOptions;
  #known: Promise<Known> | undefined;

  constructor(options: ProviderOptions) {
    this.#options = options;
  }

  /**
   * Whose an access token is.
   *
   * @returns undefined if it is no token of this provider, for this desk, of now
   * @throws {NoRole} if its owner has none here; {TransientError} if the provider does not answer
   */
  async personOf(token: string): Promise<Person | undefined> {
    if (token.split(".").length !== 3) return undefined;
    const { issuer, audience, claims } = this.#options;
    const { keys } = await this.#ask();
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCKS_APART_SECONDS,
        requiredClaims: ["exp"],
      });
      return personIn(payload, claims);
    } catch (error) {
      if (error instanceof errors.JWKSTimeout) throw away(issuer, error);
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  /** Where a browser goes to log in (OpenID Connect Core 1.0, section 3.1, with PKCE). */
  async loginUrl(): Promise<
    { readonly url: string; readonly checks: LoginChecks }
  > {
    const { configuration, redirectUri } = await this.#login();
    const checks = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
    };
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: "openid profile email",
      code_challenge: await oidc.calculatePKCECodeChallenge(checks.verifier),
      code_challenge_method: "S256",
      state: checks.state,
      nonce: checks.nonce,
    });
    return { url: url.href, checks };
  }

  /**
   * Who has come back from logging in.
   *
   * @param query what the provider has put behind the address
   * @returns undefined if it is no login that was asked for
   * @throws {NoRole} if they have no role here; {TransientError} if the provider does not answer
   */
  async loggedIn(
    query: string,
    { state, nonce, verifier }: LoginChecks,
  ): Promise<Person | undefined> {
    const { configuration, redirectUri } = await this.#login();
    const url = new URL(redirectUri);
    url.search = query;
    let tokens: Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>;
    try {
      tokens = await oidc.authorizationCodeGrant(configuration, url, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
    } catch (error) {
      if (error instanceof TypeError) throw away(this.#options.issuer, error);
      return undefined;
    }
    return personIn(tokens.claims() ?? {}, this.#options.claims);
  }

  async #login() {
    const { configuration } = await this.#ask();
    const { client } = this.#options;
    if (client === undefined) {
      throw new Error("The console logs nobody in by a provider");
    }
    return { configuration, redirectUri: client.redirectUri };
  }

  /** Asked again after a failure, and kept after an answer. */
  #ask(): Promise<Known> {
    this.#known ??= discover(this.#options).catch((cause) => {
      this.#known = undefined;
      throw away(this.#options.issuer, cause);
    });
    return this.#known;
  }
}

type Known = {
  readonly configuration: oidc.Configuration;
  readonly keys: ReturnType<typeof createRemoteJWKSet>;
};

async function discover({ issuer, client }: ProviderOptions): Promise<Known> {
  const url = new URL(issuer);
  const configuration = await oidc.discovery(
    url,
    client?.id ?? "none",
    undefined,
    client?.secret === undefined
      ? oidc.None()
      : oidc.ClientSecretBasic(client.secret),
    {
      timeout: 5,
      ...isLoopback(url.hostname) && { execute: [oidc.allowInsecureRequests] },
    },
  );
  const { jwks_uri } = configuration.serverMetadata();
  if (jwks_uri === undefined) throw new Error(`${issuer} names no keys`);
  return { configuration, keys: createRemoteJWKSet(new URL(jwks_uri)) };
}

function away(issuer: string, cause: unknown): TransientError {
  return new TransientError(`The identity provider ${issuer} does not answer`, {
    cause,
  });
}
