import assert from "node:assert/strict";
import { test } from "node:test";
import { amountText } from "./amount_text.ts";

test("an amount has its thousands apart, keeps each digit, and has the decimals of its currency", () => {
  for (
    const [amount, currency, text] of [
      ["1234567.80", "EUR", "1,234,567.80"],
      ["94.5", "EUR", "94.50"],
      ["42", "EUR", "42.00"],
      ["46.245", "KWD", "46.245"],
      ["46.2", "KWD", "46.200"],
      ["999", "JPY", "999"],
      ["999", "no currency", "999"],
      ["7.5", null, "7.5"],
      ["100000000000000000.001", "EUR", "100,000,000,000,000,000.001"],
    ] as const
  ) assert.equal(amountText(amount, currency), text);
});
