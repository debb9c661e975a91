import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { paymentJson } from "#kit/payment.ts";
import { hasCardNumber, masked } from "./mask.ts";

/** Of an industry's documentation: numbers that nobody owns. */
const CARDS = [
  "4111111111111111",
  "4111 1111 1111 1111",
  "5555-5555-5555-4444",
  "378282246310005",
];

test("what is known to be harmless is shown, and nothing else", () => {
  const text = paymentJson({
    eventId: "evt-1",
    amount: "49.90",
    more: '"customer":{"name":"Ada","tags":["x",7,true,null]}',
  });
  assert.deepEqual(JSON.parse(masked(text)), {
    event_id: "evt-1",
    event_type: "payment.authorized.v1",
    schema_version: 1,
    source: "provider",
    timestamp: "2026-01-02T03:04:05.678Z",
    payload: {
      payment_id: "pay-1",
      order_id: "ord-1",
      provider_auth_id: "•••",
      amount: 49.9,
      currency: "USD",
      customer: { name: "•••", tags: ["•••", "•••", true, null] },
    },
  });
  assert.match(masked(text), /"amount":49\.90,/, "as it is written");
});

test("a name that only looks like a harmless one is masked", () => {
  for (
    const text of [
      '{"payload.amount":"secret"}',
      '{"payload":{"x":{"amount":"secret"}}}',
      '{"a":{"event_id":"secret"}}',
      '{"event_id":["secret"]}',
      '{"event_id":{"":"secret"}}',
      '["secret"]',
      '"secret"',
    ]
  ) assert.doesNotMatch(masked(text), /secret/, text);
});

test("a card's number is masked wherever it stands, however it is written", () => {
  for (const card of CARDS) {
    for (
      const text of [
        `{"event_id":"${card}"}`,
        `{"source":"paid with ${card}, thanks"}`,
        `{"${card}":true}`,
        `{"event_id":"${
          card.replace("1", "\\u0031").replace("5", "\\u0035")
        }"}`,
      ]
    ) {
      const shown = masked(text).replaceAll(
        /\\u00(3\d)/g,
        (_, code) => String.fromCharCode(Number.parseInt(code, 16)),
      );
      assert.ok(!shown.includes(card), text);
      assert.match(shown, /•••/);
    }
  }
  assert.doesNotMatch(
    masked('{"payload":{"amount":4111111111111111}}'),
    /4111/,
  );
  assert.equal(hasCardNumber("4111111111111112"), false);
  assert.equal(hasCardNumber("evt-20260102030405"), false);
});

test("what is no JSON is masked whole", () => {
  for (const text of ["secret", '{"a":"secret"', "", "  ", '{"a":"secret",}']) {
    assert.match(masked(text), /^\(\d+ characters, masked\)$/, text);
  }
});

test("what is masked is still JSON with the same names, and tells no text beside the harmless ones", () => {
  const value = fc.dictionary(
    fc.string(),
    fc.oneof(
      fc.stringMatching(/^private-[a-z]{1,9}$/),
      fc.array(fc.stringMatching(/^private-[a-z]{1,9}$/), { maxLength: 3 }),
      fc.boolean(),
    ),
    { maxKeys: 6 },
  );
  fc.assert(fc.property(value, (object) => {
    const shown = masked(JSON.stringify({ customer: object }));
    assert.doesNotMatch(shown, /private-/);
    assert.deepEqual(
      Object.keys(JSON.parse(shown).customer),
      Object.keys(JSON.parse(JSON.stringify(object))),
    );
  }));
});
