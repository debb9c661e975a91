import assert from "node:assert/strict";
import { test } from "node:test";
import { header } from "#kafka/headers.ts";
import { providersEventIn } from "./providers_event.ts";

const toldBy = (
  provider: string,
  event: unknown,
  { item, http = {} }: { item?: number; http?: Record<string, string> } = {},
) => {
  const { type, id } = providersEventIn([
    header("eventflow-provider", provider),
    ...Object.entries(http).map(([name, value]) =>
      header(`eventflow-http-${name}`, value)
    ),
  ], { event, ...item !== undefined && { source_item: item } });
  return [type, id];
};

test("a provider's event is called what its body or its headers call it", () => {
  assert.deepEqual(toldBy("stripe", { type: "a", id: "evt_1" }), [
    "a",
    "evt_1",
  ]);
  assert.deepEqual(
    toldBy("paystack", { event: "a", data: { id: 12 } }),
    ["a", "12"],
  );
  assert.deepEqual(
    toldBy("shopify", {}, {
      http: { "x-shopify-topic": "orders/paid", "x-shopify-event-id": "e" },
    }),
    ["orders/paid", "e"],
  );
});

test("of several things the one is told that failed", () => {
  const notificationItems = ["A", "B"].map((eventCode) => ({
    NotificationRequestItem: { eventCode, pspReference: `psp-${eventCode}` },
  }));
  assert.deepEqual(
    toldBy("adyen", { notificationItems }, { item: 2 }),
    ["B", "psp-B"],
  );
});

test("what says nothing in the open is called nothing", () => {
  for (const event of [null, "bt_payload=x", [], { type: {}, id: 1.5 }]) {
    assert.deepEqual(toldBy("braintree", event), [undefined, undefined]);
  }
});
