/** Countries that an event names: ISO 3166-1 alpha-2. */
export type CountryFacts = {
  readonly issuer?: string;
  readonly ip?: string;
  readonly merchant?: string;
  /** Whether two of them are not the same; undefined if fewer than two are known. */
  readonly disagree?: boolean;
};

/** @returns undefined if the payload names none */
export function countriesOf(
  payload: Readonly<Record<string, unknown>>,
): CountryFacts | undefined {
  const { instrument } = payload;
  const issuer = typeof instrument === "object" && instrument !== null
    ? countryIn(instrument, "issuer_country")
    : undefined;
  const ip = countryIn(payload, "ip_country");
  const merchant = countryIn(payload, "merchant_country");
  const named = [issuer, ip, merchant].filter((one) => one !== undefined);
  if (named.length === 0) return undefined;
  return {
    ...issuer !== undefined && { issuer },
    ...ip !== undefined && { ip },
    ...merchant !== undefined && { merchant },
    ...named.length > 1 && { disagree: new Set(named).size > 1 },
  };
}

function countryIn(object: object, key: string): string | undefined {
  const value: unknown = Object.hasOwn(object, key)
    ? Reflect.get(object, key)
    : undefined;
  return typeof value === "string" && /^[A-Z]{2}$/.test(value)
    ? value
    : undefined;
}
