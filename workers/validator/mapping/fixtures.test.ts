import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEvent } from "#contracts/parse.ts";
import { refuseMoney } from "../currency_rules.ts";
import { sentWebhook, webhookFixtures } from "#kit/validator/webhooks.ts";
import { eventTextOf } from "./event_text.ts";
import { itemsOf } from "./items.ts";

/** As JSON has it: without what is undefined. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const fixtures = webhookFixtures();

for (const { provider, name, mapping, sent, expected } of fixtures) {
  test(`${provider}/${name} becomes what stands beside it`, () => {
    const items = itemsOf(mapping, sentWebhook(sent));
    assert.deepEqual(plain(items), expected);
  });

  test(`each fact of ${provider}/${name} is an event of its contract, and of the rules of money`, () => {
    const webhook = sentWebhook(sent);
    for (const item of itemsOf(mapping, webhook)) {
      if (item.kind !== "fact") continue;
      const text = eventTextOf(item.fact, {
        provider,
        account: webhook.account,
      });
      const parsed = parseEvent(Buffer.from(text));
      assert.ok(parsed.ok, parsed.ok ? "" : parsed.rejection.message);
      const { amount } = item.fact.money;
      assert.equal(refuseMoney(parsed.value, amount), undefined, text);
    }
  });
}

test("a fact that is told more than once is the same, with the same money", () => {
  const told = new Map<string, unknown>();
  for (const { provider, mapping, sent } of fixtures) {
    const webhook = sentWebhook(sent);
    for (const item of itemsOf(mapping, webhook)) {
      if (item.kind !== "fact") continue;
      const { id, type, money, payload } = item.fact;
      const event = `${provider}:${webhook.account}:${id}`;
      const counted = { type, money, payment_id: payload.payment_id };
      assert.deepEqual(counted, told.get(event) ?? counted, event);
      told.set(event, counted);
    }
  }
});
