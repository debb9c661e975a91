import { randomBytes } from "node:crypto";
import type { LoginChecks } from "../../http/identity_provider.ts";

type Pending = {
  readonly checks: LoginChecks;
  readonly next: string;
  readonly untilMs: number;
};

/** Logins that somebody has begun at their provider, for a while. */
const LASTS_MS = 10 * 60 * 1_000;

/** Anybody may begin one: of more, the first are forgotten. */
const MOST = 1_000;

/** What a browser has to bring back from the provider, and where it goes then. */
export class PendingLogins {
  readonly #clockMs: () => number;
  readonly #all = new Map<string, Pending>();

  /** @param clockMs milliseconds that only go on */
  constructor(clockMs: () => number) {
    this.#clockMs = clockMs;
  }

  /** @returns its id, which the browser keeps */
  begin(checks: LoginChecks, next: string): string {
    const [oldest] = this.#all.keys();
    if (this.#all.size >= MOST && oldest !== undefined) {
      this.#all.delete(oldest);
    }
    const id = randomBytes(32).toString("base64url");
    const untilMs = this.#clockMs() + LASTS_MS;
    this.#all.set(id, { checks, next, untilMs });
    return id;
  }

  /** Each is used once. */
  end(id: string | undefined): Omit<Pending, "untilMs"> | undefined {
    const pending = id === undefined ? undefined : this.#all.get(id);
    if (id !== undefined) this.#all.delete(id);
    return pending !== undefined && pending.untilMs >= this.#clockMs()
      ? pending
      : undefined;
  }
}
