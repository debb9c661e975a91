import type { Result, Router } from "hono/router";
import { RegExpRouter } from "hono/router/reg-exp-router";
import { SmartRouter } from "hono/router/smart-router";
import { TrieRouter } from "hono/router/trie-router";

/**
 * A router as Hono has it by default, for an app of handlers alone: of all routes of a path the first is the one. Hono
 * composes whatever matches, though the first answers and the others are never asked: a webhook that waits for Kafka
 * would hold some 2 kB for that.
 *
 * What a path without parameters comes to is always the same, and is looked up once: of the intake's processor time, matching
 * took 5 %.
 */
export class FirstMatch<T> implements Router<T> {
  readonly name = "FirstMatch";
  readonly #router = new SmartRouter<T>({
    routers: [new RegExpRouter(), new TrieRouter()],
  });

  /** By path and method, for paths that are a route as they are: there are no more than routes and methods. */
  readonly #known = new Map<string, Map<string, Result<T>>>();

  add(method: string, path: string, handler: T): void {
    this.#router.add(method, path, handler);
    if (!/[:*{]/.test(path)) this.#known.set(path, new Map());
  }

  match(method: string, path: string): Result<T> {
    const known = this.#known.get(path);
    const before = known?.get(method);
    if (before !== undefined) return before;
    const found = this.#first(method, path);
    // Methods that no route has are whatever a client says.
    if (found[0].length > 0) known?.set(method, found);
    return found;
  }

  #first(method: string, path: string): Result<T> {
    const found = this.#router.match(method, path);
    // Which of the two forms a result has, only its reader can tell: it stays the one it was.
    if (found[0].length > 1) {
      return [found[0].slice(0, 1), ...found.slice(1)] as Result<T>;
    }
    return found;
  }
}
