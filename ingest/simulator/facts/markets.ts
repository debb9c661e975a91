import type { ProviderName } from "../../provider_accounts/names.ts";

/** Payments at one account of a provider in one currency. */
export type Market = {
  readonly provider: ProviderName;
  readonly account: string;
  /** ISO 4217. */
  readonly currency: string;
  /** Share of all payments, 0 to 1. */
  readonly share: number;
  /** How far its clocks are before those of UTC, in hours. */
  readonly zoneHours: number;
};

/** Several providers, accounts and currencies, large and small. */
export const markets: readonly Market[] = [
  market("stripe", "default", "USD", { share: 0.28, zoneHours: -5 }),
  market("stripe", "default", "JPY", { share: 0.04, zoneHours: 9 }),
  market("stripe", "eu", "EUR", { share: 0.16, zoneHours: 1 }),
  market("adyen", "default", "EUR", { share: 0.18, zoneHours: 1 }),
  market("adyen", "default", "GBP", { share: 0.1, zoneHours: 0 }),
  market("checkout", "default", "GBP", { share: 0.08, zoneHours: 0 }),
  market("checkout", "default", "USD", { share: 0.04, zoneHours: -5 }),
  market("paypal", "default", "USD", { share: 0.08, zoneHours: -5 }),
  market("razorpay", "default", "INR", { share: 0.04, zoneHours: 5.5 }),
];

/** The providers that facts are of. */
export const factProviders: readonly ProviderName[] = [
  ...new Set(markets.map(({ provider }) => provider)),
];

function market(
  provider: ProviderName,
  account: string,
  currency: string,
  rest: Pick<Market, "share" | "zoneHours">,
): Market {
  return { provider, account, currency, ...rest };
}
