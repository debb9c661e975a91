/**
 * Shopify: HMAC-SHA256 of the body in base64, by the app's client secret. Which event it is, and of which shop, say headers
 * alone. A new secret takes up to an hour until it signs.
 *
 * @see https://shopify.dev/docs/apps/build/webhooks/subscribe/https
 * @module
 */
import { ShopifyAccount } from "../../../provider_accounts/shopify.ts";
import { bodyHmac } from "../body_hmac.ts";

export const shopify = bodyHmac({
  settings: ShopifyAccount,
  header: "x-shopify-hmac-sha256",
  algorithm: "sha256",
  encoding: "base64",
  furtherHeaders: [
    "x-shopify-event-id",
    "x-shopify-webhook-id",
    "x-shopify-topic",
    "x-shopify-triggered-at",
    "x-shopify-shop-domain",
    "x-shopify-api-version",
  ],
});
