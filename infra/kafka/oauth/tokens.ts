import { Buffer } from "node:buffer";
import { DeniedError } from "#runtime/errors.ts";

/** A bearer token (RFC 6750), and until when it is good; absent if nobody says. */
export type Token = { readonly value: string; readonly expiresMs?: number };

/** A token is exchanged when a fifth of its life is left, as Kafka's own clients do it. */
const USED_FOR = 0.8;

/**
 * Keeps a token for as long as it is good, and asks for the next one before that. Who comes meanwhile waits for
 * the same answer.
 */
export class Tokens {
  readonly #ask: () => Promise<Token>;
  readonly #clock: () => number;
  #kept: { token: Token; renewAtMs: number } | undefined;
  #asking: Promise<Token> | undefined;

  /** @param clock milliseconds since the epoch */
  constructor(ask: () => Promise<Token>, clock: () => number = Date.now) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /** @throws what asking throws, if there is none that is still good */
  async current(): Promise<string> {
    const kept = this.#kept;
    if (kept !== undefined && this.#clock() < kept.renewAtMs) {
      return kept.token.value;
    }
    try {
      this.#asking ??= this.#renew().finally(() => this.#asking = undefined);
      return (await this.#asking).value;
    } catch (error) {
      // It is good for a while yet, and the next login asks again.
      const expiresMs = kept?.token.expiresMs ?? 0;
      if (kept !== undefined && this.#clock() < expiresMs) {
        return kept.token.value;
      }
      throw error;
    }
  }

  /** Has the next who comes ask for another one: this one was refused. */
  discard(value: string): void {
    if (this.#kept?.token.value === value) this.#kept = undefined;
  }

  async #renew(): Promise<Token> {
    const askedMs = this.#clock();
    const given = await this.#ask();
    if (!isBearerToken(given.value)) {
      throw new DeniedError("What was given as a token is none");
    }
    const token = { expiresMs: claimsOf(given.value).expiresMs, ...given };
    // Of unknown life: asked for again each time.
    const lifeMs = Math.max(0, (token.expiresMs ?? 0) - askedMs);
    this.#kept = { token, renewAtMs: askedMs + USED_FOR * lifeMs };
    return token;
  }
}

/** RFC 6750 §2.1: what cannot end the field that it is sent in. */
function isBearerToken(text: string): boolean {
  return /^[A-Za-z0-9\-._~+/]+=*$/.test(text);
}

/**
 * What a token says of itself, if it is a JWT (RFC 7519) and says so: not checked, as that is for the brokers.
 */
export function claimsOf(
  token: string,
): { readonly expiresMs?: number; readonly subject?: string } {
  const [, payload = ""] = token.split(".");
  try {
    const claims: unknown = JSON.parse(
      Buffer.from(payload, "base64url").toString("utf8"),
    );
    const exp = Reflect.get(Object(claims), "exp");
    const sub = Reflect.get(Object(claims), "sub");
    return {
      ...(typeof exp === "number" && { expiresMs: 1_000 * exp }),
      ...(typeof sub === "string" && { subject: sub }),
    };
  } catch {
    return {};
  }
}
