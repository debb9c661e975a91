import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cardDataKeys, escaped, writtenKey } from "#kit/intake/any_cards.ts";
import { keyIn, keyNames, mayHaveKey, unknownKey } from "./key_names.ts";

const card = keyIn(unknownKey, "card");
const nameOf = (key: string, parent = unknownKey) =>
  keyIn(parent, key).holds?.name;

test("a name is known in whatever case, and however its words are joined", () => {
  for (
    const key of ["card_number", "cardNumber", "CARD-NUMBER", "card number"]
  ) {
    assert.equal(nameOf(key), "card number");
  }
  assert.equal(nameOf("securityCode"), "security code");
});

test("names that others have too are known in a card alone", () => {
  for (const key of ["number", "account_number", "cid", "verification_value"]) {
    assert.equal(nameOf(key), undefined, key);
    assert.notEqual(nameOf(key, card), undefined, key);
    assert.equal(nameOf(key, keyIn(unknownKey, "phone")), undefined, key);
  }
  for (const parent of keyNames.cards) {
    assert.equal(nameOf("number", keyIn(unknownKey, parent)), "number");
  }
});

test("a path in one key is gone along, and a place in a list is passed over", () => {
  for (
    const key of [
      "card.number",
      "cards[0][number]",
      "cards.0.number",
      "a.card.number[]",
    ]
  ) assert.equal(nameOf(key), "number", key);
  assert.equal(nameOf("phone.number"), undefined);
  assert.equal(nameOf("card.phone.number"), undefined);
});

test("names that only sound like one are not known", () => {
  for (
    const key of [
      "order_number",
      "card_number_hash",
      "last4",
      "cvc_check",
      "cvv_result_code",
      "panel",
      "card__number",
      "c_vc",
      "masked_number",
      "gift_card_number",
      "constructor",
      "__proto__",
      "n".repeat(1_000),
    ]
  ) assert.equal(nameOf(key, card), undefined, key);
});

test("whatever key is known, one pass over its text suspects it", () => {
  const blanks = fc.constantFrom("", " ", "\r\n\t");
  const before = fc.constantFrom("", "card.", "cards[", "x.card[0].");
  const after = fc.constantFrom("", "]", "[]", ".0", "[12]");
  const key = fc.constantFrom(...cardDataKeys).chain(({ name }) =>
    fc.tuple(before, writtenKey(name), after).map((all) => all.join(""))
  );
  fc.assert(
    fc.property(
      key.chain((one) => fc.tuple(fc.constant(one), escaped(one))),
      blanks,
      ([key, written], blank) => {
        assert.notEqual(nameOf(key, card), undefined, key);
        const json = `{"data":[{${written}${blank}:1}]}`;
        assert.ok(mayHaveKey(json), json);
      },
    ),
    { numRuns: 1_000 },
  );
});

test("a key at random is known only if its text is suspected too", () =>
  fc.assert(fc.property(
    fc.stringMatching(/^[cvnpda-r_. [\]-]{1,8}$/),
    (key) =>
      nameOf(key, card) === undefined ||
      mayHaveKey(JSON.stringify({ [key]: 1 })),
  )));

test("what providers send as a rule is not suspected", () => {
  for (
    const json of [
      '{"id":"evt_1","data":{"object":{"receipt_number":null,"payment_method_details":{"card":{"checks":{"cvc_check":"pass"},"last4":"4242"}}}}}',
      '{"additionalData":{"cardSummary":"1111","cardBin":"411111","expiryDate":"03/2030"},"cvcResult":"1 Matches"}',
      '{"note":"card_number, cvc","pan":"x"}'.replace('"pan"', '"pane"'),
      '{"name":"Jos\\u00e9"}',
    ]
  ) assert.ok(!mayHaveKey(json), json);
});
