import { randomBytes } from "node:crypto";
import type { Person } from "../../http/tokens.ts";

/** Of somebody who has logged in. */
export type Session = {
  readonly person: Person;
  /** Stands in every form of theirs: another site does not know it. */
  readonly csrf: string;
  /** What came of the last thing they did, shown once. */
  notice: string | undefined;
};

type Kept = { readonly session: Session; readonly sinceMs: number } & {
  lastMs: number;
};

/** More are not kept: whoever was away longest has to log in again. */
const MOST = 1_000;

/** However busy somebody is, they log in once in a working day. */
const LONGEST_MS = 12 * 60 * 60 * 1_000;

/** Who is logged in, in memory alone: a restart logs everybody out. */
export class Sessions {
  readonly #idleMs: number;
  readonly #clockMs: () => number;
  /** By id; whoever did something last is last. */
  readonly #all = new Map<string, Kept>();

  /** @param clockMs milliseconds that only go on */
  constructor(idleMs: number, clockMs: () => number) {
    this.#idleMs = idleMs;
    this.#clockMs = clockMs;
  }

  /** @returns the new session's id, which nobody guesses */
  open(person: Person): string {
    const [oldest] = this.#all.keys();
    if (this.#all.size >= MOST && oldest !== undefined) {
      this.#all.delete(oldest);
    }
    const id = randomBytes(32).toString("base64url");
    const nowMs = this.#clockMs();
    this.#all.set(id, {
      session: {
        person,
        csrf: randomBytes(24).toString("base64url"),
        notice: undefined,
      },
      sinceMs: nowMs,
      lastMs: nowMs,
    });
    return id;
  }

  /**
   * The session of an id, if it is not over.
   *
   * @param options whether somebody does something by this: a page that loads itself anew is nobody's doing
   */
  find(
    id: string | undefined,
    { isUse }: { readonly isUse: boolean },
  ): Session | undefined {
    const kept = id === undefined ? undefined : this.#all.get(id);
    if (id === undefined || kept === undefined) return undefined;
    const nowMs = this.#clockMs();
    if (
      nowMs - kept.lastMs > this.#idleMs || nowMs - kept.sinceMs > LONGEST_MS
    ) {
      this.#all.delete(id);
      return undefined;
    }
    if (isUse) {
      kept.lastMs = nowMs;
      this.#all.delete(id);
      this.#all.set(id, kept);
    }
    return kept.session;
  }

  close(id: string | undefined): void {
    if (id !== undefined) this.#all.delete(id);
  }
}
