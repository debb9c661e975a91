/**
 * Keeps a model that is away from being asked again and again, each time until its time is over (circuit breaker): after some failures
 * in a row nobody asks for a while, and then one does.
 */
export class Breaker {
  readonly #options: {
    readonly failures: number;
    readonly restMs: number;
    readonly clockMs: () => number;
  };
  #failed = 0;
  #restsUntilMs = 0;

  /** @param options whose `clockMs` only goes forward */
  constructor(
    options: { failures: number; restMs: number; clockMs: () => number },
  ) {
    this.#options = options;
  }

  /** Whether it may be asked now. Whoever was told so after a rest is the only one until he tells how it went, or another rest is over. */
  mayAsk(): boolean {
    const { failures, restMs, clockMs } = this.#options;
    if (this.#failed < failures) return true;
    if (clockMs() < this.#restsUntilMs) return false;
    this.#restsUntilMs = clockMs() + restMs;
    return true;
  }

  succeeded(): void {
    this.#failed = 0;
  }

  failed(): void {
    const { restMs, clockMs } = this.#options;
    this.#failed++;
    this.#restsUntilMs = clockMs() + restMs;
  }
}
