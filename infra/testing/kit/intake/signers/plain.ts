import { ofBody } from "./of_body.ts";
import { payments } from "./signer.ts";

/** Those that sign the body alone, or an address and the body, in one header. */
export const plain = [
  ofBody({
    name: "Square",
    provider: "square",
    header: "x-square-hmacsha256-signature",
    encoding: "base64",
    accounts: [
      { secrets: ["one"], notification_url: "https://shop.example/hooks" },
      { secrets: ["other"], notification_url: "https://shop.example/hooks" },
    ],
    retired: { retired: ["gone"] },
    keys: ["one", "other", "gone"],
    before: "https://shop.example/hooks",
    bodies: payments((id, amount) => ({
      event_id: `e-${amount}`,
      type: "payment.updated",
      data: { object: { payment: { id, amount_money: { amount } } } },
    })),
    further: (n) => ({ "square-retry-number": String(n) }),
  }),
  ofBody({
    name: "Checkout.com",
    provider: "checkout",
    header: "cko-signature",
    encoding: "hex",
    accounts: [{ secrets: ["one"] }, { secrets: ["other"] }],
    retired: { retired: ["gone"] },
    keys: ["one", "other", "gone"],
    bodies: payments((id, amount) => ({
      id: `evt_${amount}`,
      type: "payment_captured",
      data: { id, amount, currency: "EUR" },
    })),
  }),
  ofBody({
    name: "Razorpay",
    provider: "razorpay",
    header: "x-razorpay-signature",
    encoding: "hex",
    accounts: [{ secrets: ["one"] }, { secrets: ["other"] }],
    retired: { retired: ["gone"] },
    keys: ["one", "other", "gone"],
    bodies: payments((id, amount) => ({
      event: "payment.captured",
      payload: { payment: { entity: { id, amount } } },
    })),
    further: (n) => ({ "x-razorpay-event-id": `event-${n}` }),
  }),
  ofBody({
    name: "Shopify",
    provider: "shopify",
    header: "x-shopify-hmac-sha256",
    encoding: "base64",
    accounts: [{ secrets: ["one"] }, { secrets: ["other"] }],
    retired: { retired: ["gone"] },
    keys: ["one", "other", "gone"],
    bodies: payments((order_id, amount) => ({
      id: amount,
      order_id,
      kind: "capture",
    })),
    further: (n) => ({
      "x-shopify-event-id": `event-${n}`,
      "x-shopify-topic": "order_transactions/create",
    }),
  }),
  ofBody({
    name: "Paystack",
    provider: "paystack",
    header: "x-paystack-signature",
    algorithm: "sha512",
    encoding: "hex",
    accounts: [{ secrets: ["sk_one"] }, { secrets: ["sk_other"] }],
    retired: { retired: ["sk_gone"] },
    keys: ["sk_one", "sk_other", "sk_gone"],
    bodies: payments((reference, amount) => ({
      event: "charge.success",
      data: { id: amount, reference, amount },
    })),
  }),
] as const;
