/**
 * The currencies a payment can be in: ISO 4217's, as its maintenance agency (SIX) lists them. A runtime's own
 * data (Intl) is as old as the runtime, keeps what was withdrawn long ago, and has some that never were.
 *
 * @module
 */

/** When both lists were published: list one, of what is in use, and list three, of what was withdrawn. */
export const CURRENCIES_AS_OF = "2026-01-01";

/**
 * List one, by the decimals of its minor unit. Funds codes (CLF, UYW, USN) are among them, as contracts are
 * made out in them. What has no minor unit is left out, for no payment is made in it: metals (XAU), units of
 * account (XDR, XBA), tests (XTS), and no currency at all (XXX).
 */
const inUse = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
    CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
    RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH
    USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
} as const;

/**
 * List three since the euro came into people's hands, by the month of withdrawal. Its entries have no minor
 * units; these are what list one gave while the currency was on it.
 */
const withdrawn = {
  "2002-03":
    "ATS:2 BEF:0 DEM:2 ESP:0 FIM:2 FRF:2 GRD:0 IEP:2 ITL:0 LUF:0 NLG:2 PTE:0",
  "2002-11": "TPE:0",
  "2003-01": "AFA:2",
  "2003-07": "ADP:0 YUM:2",
  "2003-11": "BGL:2",
  "2003-12": "SRG:2",
  "2004-01": "RUR:2",
  "2004-11": "CHC:2",
  "2004-12": "MGF:0",
  "2005-06": "ROL:0",
  "2005-10": "AYM:2",
  "2005-12": "AZM:2 TRL:0",
  "2006-06": "MZM:2",
  "2006-09": "ZWN:2",
  "2006-10": "CSD:2",
  "2007-01": "SIT:2",
  "2007-06": "GHP:2",
  "2007-07": "SDD:2",
  "2008-01": "CYP:2 GHC:2 MTL:2 VEB:2",
  "2008-08": "ZWD:2",
  "2009-01": "SKK:2 TMM:2",
  "2009-06": "ZWR:2",
  "2011-01": "EEK:2",
  "2012-12": "ZMK:2",
  "2014-01": "LVL:2",
  "2014-03": "USS:2",
  "2014-12": "LTL:2",
  "2017-01": "BYR:0",
  "2017-12": "MRO:2 STD:2",
  "2018-08": "VEF:2",
  "2021-06": "CUC:2",
  "2023-01": "HRK:2",
  "2023-12": "SLL:2",
  "2024-09": "ZWL:2",
  "2025-03": "ANG:2",
  "2026-01": "BGN:2",
} as const;

export type Currency = {
  readonly code: string;
  /** Of its minor unit: an amount of 49.90 has two. */
  readonly decimals: number;
  /** The month in which it was withdrawn, as list three says it: `2023-01`. Undefined while it is in use. */
  readonly withdrawn: string | undefined;
  /**
   * Milliseconds since the epoch from which on no payment is made in it: the end of that month, in UTC. So
   * payments of the days or weeks in which old and new money go side by side still count.
   */
  readonly untilMs: number;
};

/** By code, in its order. */
export const currencies: ReadonlyMap<string, Currency> = new Map(
  [...listed(), ...listedAsWithdrawn()]
    .sort((a, b) => a.code < b.code ? -1 : 1)
    .map((currency) => [currency.code, currency]),
);

/** How many decimals a currency has by ISO 4217: USD 2, JPY 0, KWD 3. Two, if it lists no such currency. */
export function decimalsOf(currency: string): number {
  return currencies.get(currency)?.decimals ?? 2;
}

function* listed(): Generator<Currency> {
  for (const [decimals, codes] of Object.entries(inUse)) {
    for (const code of codes.split(/\s+/)) {
      const untilMs = Number.POSITIVE_INFINITY;
      yield { code, decimals: +decimals, withdrawn: undefined, untilMs };
    }
  }
}

function* listedAsWithdrawn(): Generator<Currency> {
  for (const [month, entries] of Object.entries(withdrawn)) {
    const [year = 0, monthOfYear = 0] = month.split("-").map(Number);
    const untilMs = Date.UTC(year, monthOfYear);
    for (const entry of entries.split(" ")) {
      const [code = "", decimals] = entry.split(":");
      yield { code, decimals: Number(decimals), withdrawn: month, untilMs };
    }
  }
}
