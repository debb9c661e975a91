/** The providers whose own webhooks are taken in, as addresses and the file of accounts have them. */
export const providerNames = [
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

export type ProviderName = (typeof providerNames)[number];
