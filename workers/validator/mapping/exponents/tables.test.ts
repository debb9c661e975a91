import assert from "node:assert/strict";
import { test } from "node:test";
import { currencies } from "#contracts/currencies.ts";
import { type Exponents, moneyOfMinorUnits } from "../money.ts";
import { checkoutExponents } from "./checkout.ts";
import { paystackExponents } from "./paystack.ts";
import { razorpayExponents } from "./razorpay.ts";
import { squareExponents } from "./square.ts";

const tables: Record<string, Exponents> = {
  checkout: checkoutExponents,
  paystack: paystackExponents,
  razorpay: razorpayExponents,
  square: squareExponents,
};

test("each currency of a table is one of ISO 4217, and differs from it only where the provider says so", () => {
  const others = Object.entries(tables).flatMap(([provider, table]) =>
    [...table].filter(([code, exponent]) =>
      currencies.get(code)?.decimals !== exponent
    ).map(([code, exponent]) => `${provider} ${code} ${exponent}`)
  );
  assert.deepEqual(others, ["checkout CLP 2"]);
});

test("what is contradicted or only guessed at is in no table", () => {
  const absent = {
    checkout: "CLF UYW UYI",
    paystack: "XOF EUR",
    razorpay: "KRW VND ISK JOD TND IQD",
    square: "ISK KWD NGN",
  };
  for (const [provider, codes] of Object.entries(absent)) {
    for (const code of codes.split(" ")) {
      assert.equal(tables[provider]?.has(code), false, `${provider} ${code}`);
    }
  }
});

test("in every currency of every table, 1234560 is shifted by its exponent, to the digit", () => {
  const expected = ["1234560", "", "12345.60", "1234.560"];
  for (const exponents of Object.values(tables)) {
    for (const [currency, exponent] of exponents) {
      const money = { value: 1_234_560, currency, path: "it", exponents };
      assert.equal(moneyOfMinorUnits(money).amount, expected[exponent]);
    }
  }
});
