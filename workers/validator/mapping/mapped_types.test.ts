import assert from "node:assert/strict";
import { test } from "node:test";
import * as adyen from "./adyen/types.ts";
import { textAt, valueAt } from "./fields.ts";
import * as paypal from "./paypal/types.ts";
import * as stripe from "./stripe/types.ts";
import { webhookFixtures } from "#kit/validator/webhooks.ts";

const types = { adyen, paypal, stripe };

for (
  const [provider, { mapped, noPayment, familyOf }] of Object.entries(types)
) {
  test(`each type of ${provider} that is mapped has a webhook to show it`, () => {
    const shown = new Set(
      webhookFixtures(provider).flatMap(({ sent }) => typesIn(sent.body)),
    );
    assert.deepEqual([...mapped.keys()].filter((type) => !shown.has(type)), []);
  });

  test(`no type of ${provider} is mapped and said to be no payment`, () => {
    const both = [...mapped.keys()].filter((type) => noPayment.has(type));
    assert.deepEqual(both, []);
  });

  test(`each mapped type of ${provider} is of a payment, a refund or a dispute`, () => {
    const families = new Set([...mapped.keys()].map(familyOf));
    assert.deepEqual([...families].sort(), ["dispute", "payment", "refund"]);
  });
}

function typesIn(body: unknown): string[] {
  const items = valueAt(body, "notificationItems");
  const all = Array.isArray(items)
    ? items.map((item) => textAt(item, "NotificationRequestItem", "eventCode"))
    : [textAt(body, "type") ?? textAt(body, "event_type")];
  return all.filter((type) => type !== undefined);
}
