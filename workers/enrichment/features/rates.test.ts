import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { convert, ratesIn } from "./rates.ts";

test("the example is a file of rates", () => {
  const path = new URL("rates.example.json", import.meta.url);
  const rates = ratesIn(readFileSync(path, "utf8"));
  const fx = convert({ amount: 120, currency: "USD" }, rates);
  assert.deepEqual(fx, {
    date: "2026-01-02",
    base: "EUR",
    rate: "1.20",
    amount: 100,
  });
});

test("an amount in the base stays what it is", () => {
  const rates = { date: "2026-01-02", base: "EUR", rates: {} };
  assert.equal(convert({ amount: 49.9, currency: "EUR" }, rates)?.amount, 49.9);
});

test("a rate is a number above 0, as text", () => {
  for (const rate of [1.2, "0", "-1", "1e3", ""]) {
    const text = JSON.stringify({
      date: "2026-01-02",
      base: "EUR",
      rates: { USD: rate },
    });
    assert.throws(() => ratesIn(text), /wrong at rates\.USD/);
  }
});
