import { randomBytes } from "node:crypto";
import type { PaypalStandIn } from "../../ingest/provider_accounts/paypal.ts";
import type { ProviderName } from "../../ingest/provider_accounts/names.ts";

/** What an account's settings need to know of where they are used. */
type Where = {
  /** Where the intake takes the account's webhooks in. */
  readonly url: string;
  readonly paypal: PaypalStandIn;
};

const hex = (bytes: number) => randomBytes(bytes).toString("hex");

/** Settings of accounts with secrets of chance, each of the form that its provider gives out. */
export const madeUpAccounts: Readonly<
  Record<ProviderName, (where: Where) => Readonly<Record<string, unknown>>>
> = {
  adyen: () => ({ secrets: [hex(32).toUpperCase()] }),
  braintree: () => ({ keys: [{ public: hex(8), private: hex(16) }] }),
  checkout: () => ({ secrets: [hex(16)] }),
  paypal: ({ paypal }) => ({
    webhook_id: hex(9).slice(0, 17).toUpperCase(),
    environment: "sandbox",
    development: paypal,
  }),
  paystack: () => ({ secrets: [`sk_made_up_${hex(20)}`] }),
  razorpay: () => ({ secrets: [hex(12)] }),
  shopify: () => ({ secrets: [hex(32)] }),
  square: ({ url }) => ({ secrets: [hex(11)], notification_url: url }),
  "standard-webhooks": () => ({
    secrets: [`whsec_${randomBytes(32).toString("base64")}`],
  }),
  stripe: () => ({ secrets: [`whsec_${hex(16)}`] }),
};
