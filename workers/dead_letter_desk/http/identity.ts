import type { Config } from "#runtime/config.ts";
import { IdentityProvider } from "./identity_provider.ts";
import type { identitySettings } from "./identity_settings.ts";
import { type deskTokens, type Person, personOf } from "./tokens.ts";

/** Where a provider sends a browser back to. */
export const CALLBACK_PATH = "/login/callback";

/** Says who somebody is, by what they show. */
export class Identity {
  readonly #tokens: Config<{ tokens: typeof deskTokens }>["tokens"];
  /** Undefined if tokens of the desk's own are all there is. */
  readonly #provider: IdentityProvider | undefined;
  /** By whom the console logs people in; undefined if by tokens alone. */
  readonly login: IdentityProvider | undefined;

  constructor(
    { tokens, oidcIssuer, oidcClientId, externalUrl, ...config }:
      & Config<typeof identitySettings>
      & Config<{ tokens: typeof deskTokens }>,
  ) {
    this.#tokens = tokens;
    if (oidcIssuer === undefined) return;
    this.#provider = new IdentityProvider({
      issuer: oidcIssuer,
      audience: config.oidcAudience,
      claims: {
        subject: config.oidcSubjectClaim,
        roles: config.oidcRolesClaim,
      },
      client: oidcClientId === undefined ? undefined : {
        id: oidcClientId,
        secret: config.oidcClientSecret,
        redirectUri: `${externalUrl}${CALLBACK_PATH}`,
      },
    });
    if (oidcClientId !== undefined) this.login = this.#provider;
  }

  /**
   * Whose a token is: one of the desk's own, or an access token of the provider.
   *
   * @returns undefined if it is nobody's
   * @throws {NoRole} if its owner has no role here; {TransientError} if the provider does not answer
   */
  async personOf(token: string): Promise<Person | undefined> {
    return personOf(this.#tokens, token) ??
      await this.#provider?.personOf(token);
  }
}
