import {
  countries,
  type Instrument,
  newInstrument,
  type Population,
} from "./population.ts";
import type { Purchase } from "./purchase.ts";
import { oneOf, type Random } from "./random.ts";

const INSTRUMENTS = 12;
const MERCHANTS = 2;

/** People who spend many stolen cards at few merchants, all at once. */
export class FraudRing {
  readonly #random: Random;
  readonly #instruments: readonly Instrument[];
  readonly #merchants: readonly string[];
  readonly #ipCountry: string;

  /** @param of.name tells it from other rings */
  constructor(
    { population, name, random }: {
      readonly population: Population;
      readonly name: string;
      readonly random: Random;
    },
  ) {
    this.#random = random;
    this.#instruments = Array.from(
      { length: INSTRUMENTS },
      (_, n) => newInstrument(`${name}n${n}`, random),
    );
    this.#merchants = Array.from(
      { length: MERCHANTS },
      () => population.merchant(population.anyMerchant(random)).key,
    );
    this.#ipCountry = oneOf(countries, random);
  }

  purchase(atMs: number): Purchase {
    const instrument = oneOf(this.#instruments, this.#random);
    return {
      atMs,
      // An account was opened for each card.
      customer: `a${instrument.key}`,
      merchant: oneOf(this.#merchants, this.#random),
      instrument,
      size: 3 + 5 * this.#random(),
      ipCountry: this.#ipCountry,
      fraud: "stolen-instrument",
      approval: 0.55,
    };
  }
}
