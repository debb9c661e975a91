import { z } from "zod";
import {
  bearerTokenIn,
  isToken,
  MIN_TOKEN_LENGTH,
  tokenDigest,
  whichToken,
} from "#runtime/bearer_tokens.ts";
import { optional, type Setting } from "#runtime/config.ts";

/**
 * Tokens of which each opens the door: while one is exchanged, the old and the new one.
 *
 * @returns a setting that is undefined if there is none
 */
export function bearerTokens(
  env: string,
  { doc }: { doc: string },
): Setting<string[] | undefined> {
  const form =
    `must be tokens of at least ${MIN_TOKEN_LENGTH} letters, digits and -._~+/ with = behind them, separated by commas or blanks`;
  return optional({
    env,
    doc:
      `${doc}. Several are separated by commas or blanks, so that one can be exchanged; each has at least ${MIN_TOKEN_LENGTH} characters: \`openssl rand -hex 32\` makes one`,
    secret: true,
    schema: z.string()
      .transform((text) => text.split(/[,\s]+/).filter(Boolean))
      .refine(
        (tokens) => tokens.length > 0 && tokens.every(isToken),
        form,
      ),
  });
}

/** Why a request has no right to hand in. */
export type TokenProblem = "missing_token" | "bad_token";

/** The tokens that are taken, as digests. */
export class BearerTokens {
  readonly #digests: readonly Uint8Array[];

  constructor(tokens: readonly string[]) {
    this.#digests = tokens.map(tokenDigest);
  }

  /** @param authorization the header's text */
  problemOf(authorization: string | null): TokenProblem | undefined {
    const token = bearerTokenIn(authorization);
    if (token === undefined) return "missing_token";
    return whichToken(this.#digests, token) === -1 ? "bad_token" : undefined;
  }
}
