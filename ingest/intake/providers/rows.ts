/**
 * The providers whose own webhooks are taken in, at `/api/webhooks/<name>` and `/api/webhooks/<name>/<account>`. To add one takes
 * a folder and a line.
 *
 * @module
 */
import { adyen } from "./adyen/adyen.ts";
import { braintree } from "./braintree/braintree.ts";
import { checkout } from "./checkout/checkout.ts";
import { paypal } from "./paypal/paypal.ts";
import { paystack } from "./paystack/paystack.ts";
import { razorpay } from "./razorpay/razorpay.ts";
import type { ProviderRow } from "./row.ts";
import { shopify } from "./shopify/shopify.ts";
import { square } from "./square/square.ts";
import { standardWebhooks } from "./standard_webhooks/standard_webhooks.ts";
import { stripe } from "./stripe/stripe.ts";

const all = [
  adyen,
  braintree,
  checkout,
  paypal,
  paystack,
  razorpay,
  shopify,
  square,
  standardWebhooks,
  stripe,
] as const;

/** Of a row each account has been read by its own settings, and by no other's. */
// deno-lint-ignore no-explicit-any -- only `any` lets a list hold rows of different accounts
export const rows: readonly ProviderRow<any>[] = all;
