import { Ids } from "../voices/ids.ts";

/**
 * Ids that are counted instead of made up, as there are millions of them: unlike in one export, and of the same seed always the
 * same.
 */
export class NumberedIds extends Ids {
  readonly #payment: string;
  readonly #lastingKeys: Readonly<Record<string, string>>;

  /**
   * @param payment tells the payment from all others
   * @param lasting keys of what outlives it, by name
   */
  constructor(payment: string, lasting: Readonly<Record<string, string>>) {
    // Nothing is left to chance.
    super(() => 0);
    this.#payment = payment;
    this.#lastingKeys = lasting;
  }

  override word(name: string): string {
    const lasting = this.#lastingKeys[name];
    if (lasting !== undefined) return lasting;
    const [, nth = ""] = name.split(" ");
    return `${this.#payment}${nth && `_${nth}`}`;
  }
}
