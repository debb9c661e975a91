import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  around,
  cardMember,
  cardNumber,
  harmless,
  noCardNumber,
  spaced,
} from "#kit/intake/any_cards.ts";
import { cardDataInJson } from "./card_data_in_json.ts";
import { mayHaveKey } from "./key_names.ts";

const bytesOf = (json: string) => new TextEncoder().encode(json);

/** The kinds, and the digits where they stand. */
function found(json: string) {
  const bytes = bytesOf(json);
  return [...cardDataInJson(bytes)].map(({ kind, name, from, to }) => {
    const text = new TextDecoder().decode(bytes.subarray(from, to));
    const digits = String(JSON.parse(`"${text}"`)).replaceAll(/[ -]/g, "");
    return { kind, name, digits };
  });
}

test("card data is found under each key, however it is written, nested and escaped, once for each time", () => {
  fc.assert(
    fc.property(
      fc.array(cardMember, { maxLength: 4 })
        .chain((members) =>
          fc.tuple(
            fc.constant(members),
            around(members.map(({ json }) => json)),
          )
        ),
      ([members, json]) => {
        assert.deepEqual(
          found(json),
          members.map(({ kind, name, digits }) => ({ kind, name, digits })),
        );
        assert.ok(members.length === 0 || mayHaveKey(json));
      },
    ),
    { numRuns: 2_000 },
  );
});

test("nothing is found in what has no such key, whatever it has", () =>
  fc.assert(fc.property(harmless, (json) => {
    assert.deepEqual(found(json), []);
  })));

test("a number that does not pass Luhn is none, nor one that is too short, too long, masked or of zeros", () => {
  const json = (value: string) => JSON.stringify({ card_number: value });
  fc.assert(fc.property(
    noCardNumber.chain(spaced),
    (value) => assert.deepEqual(found(json(value)), []),
  ));
  for (
    const value of [
      "",
      "42424242424",
      "00000000000",
      "42424242424242424242",
      "0000000000000000",
      "424242******4242",
      "424242XXXXXX4242",
      "4242",
      "4242.4242.4242.4242",
      "x4242424242424242",
      "４２４２４２４２４２４２４２４２",
    ]
  ) assert.deepEqual(found(json(value)), [], value);
});

test("a security code has three or four digits", () => {
  for (const value of ["", "12", "12345", "***", "1 of 4", "pass"]) {
    assert.deepEqual(found(JSON.stringify({ cvc: value })), [], value);
  }
  assert.equal(found('{"cvc":"012"}').length, 1);
  assert.equal(found('{"CVV2":1234}').length, 1);
});

test("a number of JSON counts as its digits do, as programs print it", () => {
  fc.assert(fc.property(cardNumber, (digits) => {
    const exponent = digits.length - 1;
    const fraction = digits.slice(1).replace(/0+$/, "") || "0";
    for (
      const literal of [
        digits,
        `${digits}.0`,
        `${digits[0]}.${fraction}e${exponent}`,
        `${digits[0]}.${fraction}E+${exponent}`,
      ]
    ) {
      assert.equal(found(`{"pan":${literal}}`).length, 1, literal);
      assert.equal(found(`{"pan":[0,${literal} ]}`).length, 1, literal);
    }
    for (const literal of [`-${digits}`, `${digits}.5`, `${digits}e1`]) {
      const its = literal.endsWith("e1") && digits.length < 19
        ? `${digits}e9`
        : literal;
      assert.equal(found(`{"pan":${its}}`).length, 0, its);
    }
  }));
});

test("a key that stands there twice is found both times, and what follows a nested object is its parent's", () => {
  const number = "4242424242424242";
  assert.equal(
    found(`{"pan":"${number}","pan":"x","pan":"${number}"}`).length,
    2,
  );
  assert.equal(
    found(`{"card":{"holder":{"number":"${number}"},"number":"${number}"}}`)
      .length,
    1,
  );
  assert.equal(
    found(`{"card":{"a":1},"number":"${number}","list":["${number}"]}`).length,
    0,
  );
  assert.equal(
    found(`{"card":[[{"number":["${number}",{"x":"${number}"}]}]]}`).length,
    1,
  );
});

test("a text is no key, though it looks like one, and a mark in a text ends nothing", () => {
  const number = "4242424242424242";
  assert.deepEqual(found(`{"note":"pan","x":"${number}"}`), []);
  assert.deepEqual(found(`{"note":"\\"pan\\":\\"${number}\\""}`), []);
  assert.equal(found(`{"a\\\\":"\\\\","pan":"${number}"}`).length, 1);
});
