import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { optional, type Setting } from "#runtime/config.ts";

/** As for the secret of webhooks: 24 random bytes are more than anybody can guess. */
const MIN_LENGTH = 24;

/** Of RFC 6750, section 2.1: none has a comma or a blank. */
const TOKEN = /^[\w.~+/-]+=*$/;

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
    `must be tokens of at least ${MIN_LENGTH} letters, digits and -._~+/ with = behind them, separated by commas or blanks`;
  return optional({
    env,
    doc:
      `${doc}. Several are separated by commas or blanks, so that one can be exchanged; each has at least ${MIN_LENGTH} characters: \`openssl rand -hex 32\` makes one`,
    secret: true,
    schema: z.string()
      .transform((text) => text.split(/[,\s]+/).filter(Boolean))
      .refine(
        (tokens) =>
          tokens.length > 0 &&
          tokens.every((one) => one.length >= MIN_LENGTH && TOKEN.test(one)),
        form,
      ),
  });
}

/** Why a request has no right to hand in. */
export type TokenProblem = "missing_token" | "bad_token";

/** The tokens that are taken, as digests: a copy of this process's memory may be all that somebody has. */
export class BearerTokens {
  readonly #digests: readonly Uint8Array[];

  constructor(tokens: readonly string[]) {
    this.#digests = tokens.map(digestOf);
  }

  /**
   * Takes the same time whichever token fits and however much of one does: digests are compared, all of them
   * and each whole.
   *
   * @param authorization the header's text (RFC 6750, section 2.1)
   */
  problemOf(authorization: string | null): TokenProblem | undefined {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
    if (token === undefined) return "missing_token";
    const given = digestOf(token);
    return this.#digests.map((one) => timingSafeEqual(one, given))
        .includes(true)
      ? undefined
      : "bad_token";
  }
}

function digestOf(token: string): Uint8Array {
  return createHash("sha256").update(token, "utf8").digest();
}
