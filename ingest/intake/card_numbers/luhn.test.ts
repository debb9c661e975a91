import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cardNumber, withCheckDigit } from "#kit/intake/any_cards.ts";
import { passesLuhn } from "./luhn.ts";

test("numbers that card schemes and ISO/IEC 7812-1 give as examples pass", () => {
  for (
    const number of [
      "49927398716",
      "4242424242424242",
      "5555555555554444",
      "378282246310005",
      "6011000990139424",
      "3566002020360505",
      "6304000000000000",
      "4000000000000000006",
    ]
  ) assert.ok(passesLuhn(number), number);
});

test("of all last digits one alone passes", () =>
  fc.assert(fc.property(cardNumber, (number) => {
    const body = number.slice(0, -1);
    const passing = [..."0123456789"].filter((last) =>
      passesLuhn(`${body}${last}`)
    );
    assert.deepEqual(passing.map((last) => `${body}${last}`), [
      withCheckDigit(body),
    ]);
  })));

test("one other digit anywhere, or two neighbours exchanged, is noticed, but for 09 and 90", () =>
  fc.assert(fc.property(cardNumber, fc.nat(), (number, nth) => {
    const at = nth % (number.length - 1);
    const [one = "", two = ""] = number.slice(at);
    const put = (text: string) =>
      `${number.slice(0, at)}${text}${number.slice(at + text.length)}`;
    assert.ok(!passesLuhn(put(String((Number(one) + 1 + nth % 9) % 10))));
    const isSame = one === two || (one + two === "09") || (one + two === "90");
    assert.equal(passesLuhn(put(two + one)), isSame);
  })));
