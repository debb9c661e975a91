/** Records as the door writes them, of several providers' accounts. */
import { createHmac } from "node:crypto";
import type { OutgoingRecord } from "#kafka/port.ts";
import { ProviderAccounts } from "../../../../ingest/intake/providers/accounts.ts";
import { intake, NOW_S, PATH, webhook } from "./testing.ts";

const RAZORPAY = "razorpay-secret";
const STRIPE = "whsec_stripe_secret";
const CHECKOUT = "checkout-secret";

/** A file for EVENTFLOW_PROVIDERS_FILE. */
export const accountsFile = JSON.stringify({
  accounts: [
    { provider: "razorpay", secrets: [RAZORPAY] },
    { provider: "stripe", account: "eu", secrets: { "2026": STRIPE } },
    { provider: "checkout", secrets: [CHECKOUT], authorization: "ours" },
  ],
});

/** One of each account, one of the provider without accounts, in this order. */
export async function signedRecords(
  { atMs = NOW_S * 1_000 }: { atMs?: number } = {},
): Promise<OutgoingRecord[]> {
  const { app, published } = intake({
    accounts: ProviderAccounts.in(accountsFile, "A test"),
    clock: () => atMs,
  });
  const seconds = String(Math.floor(atMs / 1_000));
  const hex = (secret: string, text: string) =>
    createHmac("sha256", secret).update(text).digest("hex");
  const body = '{"id":"evt_1", "amount": 1.50}';
  const requests: [string, RequestInit][] = [
    ["/api/webhooks/razorpay", {
      method: "POST",
      body,
      headers: {
        "X-Razorpay-Signature": hex(RAZORPAY, body),
        "X-Razorpay-Event-Id": "event-1",
      },
    }],
    ["/api/webhooks/stripe/eu", {
      method: "POST",
      body,
      headers: {
        "Stripe-Signature": `t=${seconds},v1=${
          hex(STRIPE, `${seconds}.${body}`)
        }`,
      },
    }],
    ["/api/webhooks/checkout", {
      method: "POST",
      body,
      headers: {
        "Cko-Signature": hex(CHECKOUT, body),
        "Authorization": "ours",
      },
    }],
    [PATH, webhook({ timestamp: seconds })],
  ];
  for (const [path, request] of requests) {
    const { status } = await app.request(path, request);
    if (status !== 202) throw new Error(`${path} was answered with ${status}`);
  }
  return published;
}
