import assert from "node:assert/strict";
import { test } from "node:test";
import { shopify } from "./shopify.ts";
import { factsOf, webhookOf } from "#kit/validator/webhooks.ts";
import { Unreadable } from "./unreadable.ts";

const capture = {
  id: 11,
  order_id: 22,
  kind: "capture",
  status: "success",
  amount: "49.90",
  currency: "EUR",
  created_at: "2026-11-21T05:20:30-05:00",
};

const transactionHeaders = { "x-shopify-topic": "order_transactions/create" };

test("ids keep digits that a double has no room for", () => {
  const text = JSON.stringify(capture)
    .replace(":11,", ":120560818172775265,")
    .replace(":22,", ":820982911946154508,");
  const webhook = webhookOf(JSON.parse(text), {
    text,
    headers: transactionHeaders,
  });
  const [fact] = factsOf(shopify, webhook);
  assert.equal(fact?.id, "transaction:120560818172775265:captured");
  assert.equal(fact?.payload.payment_id, "820982911946154508");
});

test("a transaction under the topic of disputes becomes no dispute: topics are not signed", () => {
  const headers = { "x-shopify-topic": "disputes/create" };
  assert.throws(
    () => shopify.map(webhookOf(capture, { headers })),
    Unreadable,
  );
});

test("without a topic nobody knows what it is", () => {
  assert.throws(() => shopify.map(webhookOf(capture)), /x-shopify-topic/);
});

test("the refund that refunds/create repeats is counted once", () => {
  const headers = { "x-shopify-topic": "refunds/create" };
  const body = { id: 33, transactions: [{ ...capture, kind: "refund" }] };
  assert.deepEqual(factsOf(shopify, webhookOf(body, { headers })), []);
  assert.ok(shopify.noPayment.has("refunds/create"));
});

test("what came in a header, and touches the fact, is said to be unsigned", () => {
  const headers = {
    ...transactionHeaders,
    "x-shopify-event-id": "event-1",
    "x-shopify-shop-domain": "a.myshopify.com",
  };
  const [fact] = factsOf(shopify, webhookOf(capture, { headers }));
  assert.deepEqual(fact?.payload.unsigned, [
    "provider_event_type",
    "provider_event_id",
    "merchant_id",
  ]);
});
