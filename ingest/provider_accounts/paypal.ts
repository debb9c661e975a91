import { z } from "zod";
import { isLoopback } from "#runtime/development.ts";
import { isPath } from "#runtime/given.ts";

/**
 * What stands in for PayPal and its authority on a machine of one's own: a host on loopback that certificates are fetched from,
 * and a file with the root that certifies them. Accounts with it are refused outside of development.
 */
export const PaypalStandIn = z.strictObject({
  /** Such as `127.0.0.1:8003`: the payment simulator's. */
  certificate_host: z.string().refine(
    isLoopbackAddress,
    "must be a host on loopback and a port, such as 127.0.0.1:8003",
  ),
  /** In PEM. The payment simulator writes it at its start, with what it has certified; roots are the authorities in it. */
  root_file: z.string().min(1).refine(
    isPath,
    "must be a path without white space, commas and the characters of patterns",
  ),
});
export type PaypalStandIn = z.infer<typeof PaypalStandIn>;

export const PaypalAccount = z.strictObject({
  /** Of the webhook, as PayPal's dashboard shows it: it is signed too, so that no other webhook's events are taken. */
  webhook_id: z.string().regex(
    /^\w{5,64}$/,
    "must be the webhook's id, such as 4JH86294D6297924G",
  ),
  environment: z.enum(["live", "sandbox"]).default("live"),
  /** PayPal tries again for three days. */
  tolerance_seconds: z.int().min(1).max(31 * 86_400).default(4 * 86_400),
  development: PaypalStandIn.optional(),
});
export type PaypalAccount = z.infer<typeof PaypalAccount>;

/** In the one spelling that a URL has it in, so that what is compared with it is what is asked. */
function isLoopbackAddress(text: string): boolean {
  const url = URL.parse(`http://${text}/`);
  return url !== null && url.host === text && url.port !== "" &&
    isLoopback(url.hostname);
}
