import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { send, signerOf } from "#kit/intake/sent_to_accounts.ts";

/** Of each the smallest event of its shape; which payment it is about, and what it is called. */
const events: readonly [string, string, object | string, string, string][] = [
  [
    "Stripe",
    "a charge's payment intent",
    {
      id: "evt_1",
      type: "charge.succeeded",
      data: {
        object: { id: "ch_1", object: "charge", payment_intent: "pi_1" },
      },
    },
    "pi_1",
    "evt_1",
  ],
  [
    "Stripe",
    "a refund's",
    {
      id: "evt_1",
      data: { object: { id: "re_1", charge: "ch_1", payment_intent: "pi_1" } },
    },
    "pi_1",
    "evt_1",
  ],
  [
    "Stripe",
    "the intent itself",
    {
      id: "evt_1",
      data: { object: { id: "pi_1", object: "payment_intent" } },
    },
    "pi_1",
    "evt_1",
  ],
  [
    "Stripe",
    "a dispute's charge, without an intent",
    {
      id: "evt_1",
      data: { object: { id: "dp_1", charge: "ch_1", payment_intent: null } },
    },
    "ch_1",
    "evt_1",
  ],
  [
    "Adyen's items",
    "an authorisation",
    {
      pspReference: "psp1",
      eventCode: "AUTHORISATION",
      success: "true",
    },
    "psp1",
    "psp1:AUTHORISATION:true",
  ],
  [
    "Adyen's items",
    "what comes after it",
    {
      pspReference: "psp2",
      originalReference: "psp1",
      eventCode: "CAPTURE",
      success: "false",
    },
    "psp1",
    "psp2:CAPTURE:false",
  ],
  [
    "PayPal",
    "a capture's order",
    {
      id: "WH-1",
      resource: {
        id: "cap1",
        supplementary_data: { related_ids: { order_id: "ord1" } },
      },
    },
    "ord1",
    "WH-1",
  ],
  [
    "PayPal",
    "a dispute's transaction",
    {
      id: "WH-1",
      resource: {
        dispute_id: "PP-D-1",
        disputed_transactions: [{ seller_transaction_id: "cap1" }],
      },
    },
    "cap1",
    "WH-1",
  ],
  [
    "Square",
    "a payment",
    {
      event_id: "e1",
      data: { id: "p1", object: { payment: { id: "p1" } } },
    },
    "p1",
    "e1",
  ],
  [
    "Square",
    "a refund's",
    {
      event_id: "e1",
      data: { id: "r1", object: { refund: { id: "r1", payment_id: "p1" } } },
    },
    "p1",
    "e1",
  ],
  [
    "Checkout.com",
    "a payment",
    {
      id: "evt_1",
      type: "payment_captured",
      data: { id: "pay_1", action_id: "act_1" },
    },
    "pay_1",
    "evt_1",
  ],
  [
    "Checkout.com",
    "a dispute's",
    {
      id: "evt_1",
      type: "dispute_received",
      data: { id: "dsp_1", payment_id: "pay_1" },
    },
    "pay_1",
    "evt_1",
  ],
  [
    "Razorpay",
    "a payment, and an id that a header has",
    {
      event: "payment.captured",
      payload: { payment: { entity: { id: "pay_1", order_id: "order_1" } } },
    },
    "pay_1",
    "event-1",
  ],
  [
    "Razorpay",
    "a refund's",
    {
      event: "refund.processed",
      payload: { refund: { entity: { id: "rfnd_1", payment_id: "pay_1" } } },
    },
    "pay_1",
    "event-1",
  ],
  [
    "Paystack",
    "a charge",
    {
      event: "charge.success",
      data: { id: 302961, reference: "ref1" },
    },
    "ref1",
    "charge.success:302961",
  ],
  [
    "Shopify",
    "a transaction's order, and an id that a header has",
    {
      id: 389404469,
      order_id: 450789469,
      kind: "capture",
    },
    "450789469",
    "event-1",
  ],
  [
    "Standard Webhooks",
    "a payment, and an id that a header has",
    {
      type: "payment.captured",
      data: { payment_id: "pay_1" },
    },
    "pay_1",
    "msg_p5jXN8AQM9LWM0D4loKWxJe1",
  ],
  [
    "Braintree",
    "a transaction, and no id but all that it says",
    "<notification><subject><transaction><id>tr1</id></transaction></subject></notification>",
    "tr1",
    createHash("sha256").update(
      "<notification><subject><transaction><id>tr1</id></transaction></subject></notification>",
    ).digest("hex"),
  ],
];

for (const [name, what, event, key, eventId] of events) {
  test(`the key is the payment that an event is about: ${name}, ${what}`, async () => {
    const by = signerOf(name);
    const body = typeof event === "string" ? event : JSON.stringify(event);
    const { record, response } = await send(by, body);
    assert.equal(record.key?.toString(), key);
    if (response.status === 202) {
      assert.deepEqual(await response.json(), {
        status: "accepted",
        event_id: eventId,
        source: `${by.provider}:default`,
      });
    }
  });
}

test("an event about no payment has its own id for a key, and none if it has no id", async () => {
  const { record } = await send(signerOf("Stripe"), '{"id":"evt_1"}');
  assert.equal(record.key?.toString(), "evt_1");
  const { record: nameless } = await send(signerOf("Stripe"), "{}");
  assert.equal(nameless.key, null);
});
