/** Records back to which a repeated id is looked for. What repeats later is a repair, and not a sender that sends twice. */
export const LOOKED_BACK = 10_000;

/** The ids of the latest events, by which a repeated one is known. */
export class RecentIds {
  readonly #most: number;
  /** How often each is among the latest. */
  readonly #counts = new Map<string, number>();
  readonly #ring: string[] = [];
  #at = 0;

  constructor(most = LOOKED_BACK) {
    this.#most = most;
  }

  /** Takes an id in, and says whether it was among the latest already. */
  add(id: string): boolean {
    const count = this.#counts.get(id) ?? 0;
    const oldest = this.#ring[this.#at];
    if (oldest !== undefined) this.#forget(oldest);
    this.#ring[this.#at] = id;
    this.#at = (this.#at + 1) % this.#most;
    this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
    return count > 0;
  }

  #forget(id: string): void {
    const count = this.#counts.get(id) ?? 0;
    if (count <= 1) this.#counts.delete(id);
    else this.#counts.set(id, count - 1);
  }
}
