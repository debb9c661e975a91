/** The providers whose own webhooks are taken in, as raw records, addresses and the file of accounts have them. */
export const accountProviders = [
  "adyen",
  "braintree",
  "checkout",
  "paypal",
  "paystack",
  "razorpay",
  "shopify",
  "square",
  "standard-webhooks",
  "stripe",
] as const;

/** Who sends webhooks, by the names that raw records have them under: a closed list, so that it can label a metric. */
export const providerNames = ["payment-provider", ...accountProviders] as const;

/** Values of a metric's label `provider`. */
export const providerLabels = [...providerNames, "other"] as const;
export type ProviderLabel = (typeof providerLabels)[number];

/** A provider as the value of a metric's label: its name, or `other`, but never any text that came in. */
export function providerLabel(name: string | undefined): ProviderLabel {
  return providerNames.find((known) => known === name) ?? "other";
}
