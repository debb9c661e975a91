import assert from "node:assert/strict";
import { test } from "node:test";
import { currencies } from "#contracts/currencies.ts";

/** As Bun's Intl says it, which has ISO's minor units. */
const decimalsInBun = new Map(
  Intl.supportedValuesOf("currency").map((currency) => [
    currency,
    new Intl.NumberFormat("en", { style: "currency", currency })
      .resolvedOptions().maximumFractionDigits,
  ]),
);

test("a second source has the same currencies and decimals, but for what is known of it", () => {
  const all = [...currencies.values()];
  const unknown = all.filter(({ code }) => !decimalsInBun.has(code));
  // New since, or so short-lived that it never had them.
  assert.deepEqual(unknown.map(({ code }) => code), [
    "AYM",
    "CHC",
    "GHP",
    "XAD",
    "ZWN",
  ]);
  const others = all.filter(({ code, decimals }) =>
    decimalsInBun.has(code) && decimalsInBun.get(code) !== decimals
  );
  // Wrong there: what ISO withdrew has the default, two, and UYW's four came later.
  assert.deepEqual(others.map(({ code }) => code), [
    "ADP",
    "BEF",
    "ESP",
    "GRD",
    "ITL",
    "LUF",
    "MGF",
    "PTE",
    "ROL",
    "TPE",
    "TRL",
    "UYW",
  ]);
});
