import { seededRandom } from "#runtime/seeded_random.ts";
import { seedOf } from "../customers/random.ts";

const DIGITS = "0123456789";
const UPPER = `${DIGITS}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;
const WORD = `${UPPER}abcdefghijklmnopqrstuvwxyz`;
const HEX = `${DIGITS}abcdef`;

/**
 * Ids of what a payment has to do with, made up as they are asked for: what is asked for by the same name again is the same.
 * What outlives the payment, such as its customer, has the same ids in every payment of the same key.
 */
export class Ids {
  readonly #random: () => number;
  readonly #lasting: Readonly<Record<string, string>>;
  readonly #made = new Map<string, string>();

  /** @param lasting keys of what outlives the payment, by the name that ids are asked for by */
  constructor(
    random: () => number,
    lasting: Readonly<Record<string, string>> = {},
  ) {
    this.#random = random;
    this.#lasting = lasting;
  }

  /** Letters and digits. */
  word(name: string, length: number): string {
    return this.#id(name, length, WORD);
  }

  /** Capitals and digits. */
  upper(name: string, length: number): string {
    return this.#id(name, length, UPPER);
  }

  hex(name: string, length: number): string {
    return this.#id(name, length, HEX);
  }

  /** Digits, of which the first is not 0. */
  digits(name: string, length: number): string {
    const id = this.#id(name, length, DIGITS);
    return id.replace(/^0/, "7");
  }

  /** The same as a number, of 15 digits at most. */
  number(name: string, length: number): number {
    return Number(this.digits(name, length));
  }

  /** A UUID (RFC 9562, version 4). */
  uuid(name: string): string {
    const hex = this.hex(name, 30);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-a${
      hex.slice(15, 18)
    }-${hex.slice(18)}`;
  }

  #id(name: string, length: number, alphabet: string): string {
    const key = `${alphabet.length}/${length}/${name}`;
    const lasting = this.#lasting[name];
    const random = lasting === undefined
      ? this.#random
      : seededRandom(seedOf(`${name} ${lasting}`));
    const made = this.#made.get(key) ?? anew(length, alphabet, random);
    this.#made.set(key, made);
    return made;
  }
}

function anew(length: number, alphabet: string, random: () => number): string {
  return Array.from(
    { length },
    () => alphabet[Math.floor(random() * alphabet.length)] ?? "0",
  ).join("");
}
