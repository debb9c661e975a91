import type { schemes } from "#contracts/rejected_webhook.ts";

type Scheme = (typeof schemes)[number];

/** Headers that one way of signing alone has, as its vendor's documentation names them. */
const headersOf: Readonly<Record<Scheme, readonly string[]>> = {
  adyen: ["HmacSignature"],
  checkout: ["Cko-Signature"],
  github: ["X-Hub-Signature-256", "X-Hub-Signature"],
  gocardless: ["Webhook-Signature"],
  mollie: ["X-Mollie-Signature"],
  paypal: ["Paypal-Transmission-Sig"],
  paystack: ["X-Paystack-Signature"],
  razorpay: ["X-Razorpay-Signature"],
  shopify: ["X-Shopify-Hmac-Sha256"],
  slack: ["X-Slack-Signature"],
  square: ["X-Square-Hmacsha256-Signature", "X-Square-Signature"],
  standard_webhooks: ["Webhook-Id", "Svix-Id"],
  stripe: ["Stripe-Signature"],
};

/** Whose way of signing the headers are, if it is one that is known. */
export function schemeOf(headers: Headers): Scheme | undefined {
  return (Object.keys(headersOf) as Scheme[])
    .find((scheme) => headersOf[scheme].some((name) => headers.has(name)));
}
