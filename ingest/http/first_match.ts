import type { Result, Router } from "hono/router";
import { RegExpRouter } from "hono/router/reg-exp-router";
import { SmartRouter } from "hono/router/smart-router";
import { TrieRouter } from "hono/router/trie-router";

/**
 * A router as Hono has it by default, for an app of handlers alone: of all routes of a path the first is the one. Hono
 * composes whatever matches, though the first answers and the others are never asked: a webhook that waits for Kafka
 * would hold some 2 kB for that.
 */
export class FirstMatch<T> implements Router<T> {
  readonly name = "FirstMatch";
  readonly #router = new SmartRouter<T>({
    routers: [new RegExpRouter(), new TrieRouter()],
  });

  add(method: string, path: string, handler: T): void {
    this.#router.add(method, path, handler);
  }

  match(method: string, path: string): Result<T> {
    const found = this.#router.match(method, path);
    // Which of the two forms a result has, only its reader can tell: it stays the one it was.
    if (found[0].length > 1) {
      return [found[0].slice(0, 1), ...found.slice(1)] as Result<T>;
    }
    return found;
  }
}
