import assert from "node:assert/strict";
import { test } from "node:test";
import { currencies, CURRENCIES_AS_OF } from "./currencies.ts";

test("the list is dated, and as long as the published ones", () => {
  const all = [...currencies.values()];
  const inUse = all.filter(({ withdrawn }) => withdrawn === undefined);
  assert.equal(CURRENCIES_AS_OF, "2026-01-01");
  // 178 of list one, less the 13 without a minor unit; 54 of list three since 2002, less XFO and XFU.
  assert.deepEqual([inUse.length, all.length - inUse.length], [165, 54]);
  assert.deepEqual(all.map(({ code }) => code), [...currencies.keys()].sort());
});

test("decimals are ISO's, also where a runtime has others", () => {
  const decimals = {
    ...{ USD: 2, EUR: 2, AFN: 2, ALL: 2, IDR: 2, LAK: 2, MGA: 2, MRU: 2 },
    ...{ JPY: 0, KRW: 0, ISK: 0, UGX: 0, UYI: 0, VND: 0, XOF: 0, BYR: 0 },
    ...{ BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3 },
    ...{ CLF: 4, UYW: 4 },
    ...{ XAD: 2, XCG: 2, ZWG: 2, SLE: 2, VED: 2 },
    ...{ ITL: 0, ESP: 0, TRL: 0, ROL: 0, DEM: 2, HRK: 2 },
  };
  for (const [code, expected] of Object.entries(decimals)) {
    assert.equal(currencies.get(code)?.decimals, expected, code);
  }
});

test("what was withdrawn counts to the end of the month in which it was", () => {
  const until = {
    DEM: "2002-04-01",
    EEK: "2011-02-01",
    BYR: "2017-02-01",
    MRO: "2018-01-01",
    HRK: "2023-02-01",
    ZWL: "2024-10-01",
    ANG: "2025-04-01",
    BGN: "2026-02-01",
  };
  for (const [code, day] of Object.entries(until)) {
    assert.equal(currencies.get(code)?.untilMs, Date.parse(day), code);
  }
  assert.equal(currencies.get("EUR")?.untilMs, Infinity);
});

test("what has no minor unit is no currency of payments, nor is what never was on the list", () => {
  const none = ["XXX", "XTS", "XAU", "XAG", "XPT", "XPD", "XDR", "XSU", "XUA"];
  const never = ["ZZZ", "CNH", "KRH", "BAN", "XBT", "BTC", "usd", "__proto__"];
  for (const code of [...none, ...never, "XBA", "XFO", "XFU"]) {
    assert.equal(currencies.get(code), undefined, code);
  }
});
