/** Wrong tokens of one address, before it has to wait. */
const MOST_WRONG = 10;

/** How long it takes until one of them is forgotten. */
const FORGOTTEN_AFTER_MS = 30_000;

/** Addresses that are remembered; of more, those that tried longest ago are forgotten. */
const MOST_ADDRESSES = 1_000;

type Tries = { readonly count: number; readonly atMs: number };

/** Slows down whoever tries tokens. A token is long enough that nobody guesses it: this keeps the try cheap for us, too. */
export class LoginLimit {
  readonly #clockMs: () => number;
  readonly #byAddress = new Map<string, Tries>();

  /** @param clockMs milliseconds that only go on */
  constructor(clockMs: () => number) {
    this.#clockMs = clockMs;
  }

  /** @returns seconds that an address has to wait before it may try again; 0 if it may */
  waitSeconds(address: string): number {
    const over = this.#wrong(address) - (MOST_WRONG - 1);
    return over <= 0 ? 0 : Math.ceil(over * FORGOTTEN_AFTER_MS / 1_000);
  }

  wasWrong(address: string): void {
    const count = this.#wrong(address) + 1;
    this.#byAddress.delete(address);
    const [oldest] = this.#byAddress.keys();
    if (this.#byAddress.size >= MOST_ADDRESSES && oldest !== undefined) {
      this.#byAddress.delete(oldest);
    }
    this.#byAddress.set(address, { count, atMs: this.#clockMs() });
  }

  #wrong(address: string): number {
    const tries = this.#byAddress.get(address);
    if (tries === undefined) return 0;
    const forgotten = (this.#clockMs() - tries.atMs) / FORGOTTEN_AFTER_MS;
    return Math.max(0, tries.count - forgotten);
  }
}
