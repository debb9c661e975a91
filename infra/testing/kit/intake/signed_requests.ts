/**
 * For tests: webhooks as each provider signs them, by what its documentation says and `node:crypto` alone. None of the code that is
 * tested is used.
 *
 * @module
 */
import { items, platforms } from "./signers/adyen.ts";
import { braintree } from "./signers/braintree.ts";
import { paypal } from "./signers/paypal.ts";
import { plain } from "./signers/plain.ts";
import type { Signer } from "./signers/signer.ts";
import { standardWebhooks } from "./signers/standard_webhooks.ts";
import { stripe } from "./signers/stripe.ts";

export {
  type Reading,
  type SignedRequest,
  type Signer,
  TIME_S,
} from "./signers/signer.ts";

export const signers: readonly Signer[] = [
  ...standardWebhooks,
  stripe,
  items,
  platforms,
  paypal,
  ...plain,
  braintree,
];
