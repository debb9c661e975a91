import { setImmediate } from "node:timers";

/**
 * Lets so many pass in each turn of the event loop, in the order in which they came; nobody waits while there
 * are fewer. What peers can make us do without end (a read that finds bytes each time is never waited for, and
 * goes on within the same turn) goes through here a piece at a time, so that a turn stays short and what comes
 * seldom is served in each.
 */
export class Turnstile {
  readonly #perTurn: number;
  readonly #waiting: (() => void)[] = [];
  #passed = 0;
  #isTurning = false;

  constructor(perTurn: number) {
    this.#perTurn = perTurn;
  }

  /** Returns a promise only if one has to wait. */
  pass(): Promise<void> | undefined {
    if (!this.#isTurning) {
      this.#isTurning = true;
      setImmediate(() => this.#turn());
    }
    if (this.#passed < this.#perTurn) {
      this.#passed++;
      return undefined;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #turn(): void {
    const next = this.#waiting.splice(0, this.#perTurn);
    this.#passed = next.length;
    this.#isTurning = next.length > 0;
    if (this.#isTurning) setImmediate(() => this.#turn());
    for (const pass of next) pass();
  }
}
