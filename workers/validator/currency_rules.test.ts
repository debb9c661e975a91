import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { amountLiteral } from "#contracts/amount_literal.ts";
import { decimalsIn, refuseMoney } from "./currency_rules.ts";
import { payment } from "./payment_fixture.ts";

test("decimals are counted in the literal, not in a float", () => {
  const cases = {
    "49.90": 1,
    "49.99": 2,
    "100": 0,
    "100.0": 0,
    "0.001": 3,
    "1e-7": 7,
    "1.5E3": 0,
    "1.25e+1": 1,
    "120e-1": 0,
    "10.0000000000000001": 16,
  };
  for (const [literal, decimals] of Object.entries(cases)) {
    assert.equal(decimalsIn(literal), decimals, literal);
  }
});

test("decimals of any amount in minor units are at most the currency's", () => {
  fc.assert(fc.property(fc.bigInt(1n, 10n ** 20n), fc.nat(4), (minor, d) => {
    const digits = minor.toString().padStart(d + 1, "0");
    const literal = d === 0
      ? digits
      : `${digits.slice(0, -d)}.${digits.slice(-d)}`;
    assert.ok(decimalsIn(literal) <= d);
  }));
});

test("the amount's literal survives beside other amounts in the event", () => {
  const text =
    '{"amount":1.5,"payload":{"fee":{"amount":2.5},"amount":10.0000000000000001}}';
  assert.equal(amountLiteral(text), "10.0000000000000001");
});

test("the amount's literal is found however the event is written", () => {
  const digits = "10.0000000000000001";
  const written = [
    `{"payload":{"amount":${digits}}}`,
    `{"payload" : { "amount"\n\t :\r ${digits} }}`,
    `{"payload":{"am\\u006funt":${digits}},"amount":7}`,
    `{"note":"\\"amount\\":7","payload":{"amount":${digits}}}`,
    `{"of":"amount","payload":{"amount":${digits}}}`,
    `{"payload":{"amount":7,"amount":${digits}}}`,
    `{"payload":{"amount":${digits},"kind":"amount"}}`,
    `{"\\u0061":["amount",7],"payload":{"amount":${digits}}}`,
    `{"a\\"amount":7,"payload":{"amount":${digits}}}`,
    `{"\\\\":"\u00e9","payload":{"amount":${digits}}}`,
    `{"a\\"amount":7,"payload":{"\\u0061mount":${digits}}}`,
    `{"payload":{"\\u0061mount":${digits}},"x":{"amount":7}}`,
  ];
  for (const text of written) assert.equal(amountLiteral(text), digits, text);
});

test("the amount's literal is the same by either way, for any number", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (n) => {
      const text = JSON.stringify({ payload: { amount: n } });
      assert.equal(amountLiteral(text), JSON.stringify(n));
      assert.equal(
        amountLiteral(`{"amount":1,${text.slice(1)}`),
        JSON.stringify(n),
      );
    }),
  );
});

test("an amount has at most the decimals of its currency, however it is written", () => {
  const iso = { JPY: 0, USD: 2, AFN: 2, UYW: 4, KWD: 3, CLF: 4 };
  for (const [currency, decimals] of Object.entries(iso)) {
    const event = payment({ currency });
    const fits = decimals === 0 ? "1" : `1.${"1".repeat(decimals)}`;
    const tooFine = `1.${"1".repeat(decimals + 1)}`;
    for (const literal of [fits, `${fits}e0`, `11e-${decimals}`, "1e3"]) {
      assert.equal(refuseMoney(event, literal), undefined, literal);
    }
    const trailing = decimals === 0 ? "1.000" : `${fits}000`;
    assert.equal(refuseMoney(event, trailing), undefined, trailing);
    for (const literal of [tooFine, `${tooFine}e0`, `1e-${decimals + 1}`]) {
      const rejection = refuseMoney(event, literal);
      assert.equal(rejection?.code, "too_many_decimals", literal);
    }
  }
});

test("the quick look at decimals refuses and lets pass what counting them does", () => {
  const literal = fc.tuple(
    fc.constantFrom("1", "10", "12"),
    fc.constantFrom("", ".0", ".10", ".123", ".1000", ".00001"),
    fc.constantFrom("", "e0", "E-1", "e+3", "e-4"),
  ).map((parts) => parts.join(""));
  fc.assert(fc.property(
    literal,
    fc.constantFrom(["JPY", 0], ["USD", 2], ["KWD", 3], ["CLF", 4]),
    (text, [currency, allowed]) => {
      const event = payment({ currency: String(currency) });
      assert.equal(
        refuseMoney(event, text) === undefined,
        decimalsIn(text) <= Number(allowed),
        `${text} ${currency}`,
      );
    },
  ));
});

test("a currency that ISO 4217 does not list for payments is refused", () => {
  for (const currency of ["ZZZ", "CNH", "XXX", "XTS", "XAU", "XDR"]) {
    const rejection = refuseMoney(payment({ currency }), "1");
    assert.equal(rejection?.code, "unknown_currency", currency);
    assert.deepEqual(rejection?.issues.map(({ path }) => path), [
      "payload.currency",
    ]);
  }
  assert.equal(
    refuseMoney(payment({ currency: "ZZZ" }), "1")?.message,
    "ZZZ is not a currency of payments in ISO 4217 as of 2026-01-01.",
  );
});

test("a payment's own time decides whether its currency was withdrawn", () => {
  const of = (currency: string, timestamp: string) =>
    refuseMoney({ ...payment({ currency }), timestamp }, "1");
  assert.equal(of("HRK", "2022-12-31T23:59:59Z"), undefined);
  assert.equal(of("HRK", "2023-01-31T23:59:59.999Z"), undefined);
  assert.equal(of("HRK", "2023-02-01T00:30:00+01:00"), undefined);
  assert.equal(of("HRK", "2023-02-01T00:00:00Z")?.code, "unknown_currency");
  assert.equal(
    of("HRK", "2026-01-02T03:04:05Z")?.message,
    "HRK was withdrawn from ISO 4217 in 2023-01, and the payment is of 2026-01-02T03:04:05Z.",
  );
  assert.equal(of("DEM", "2001-12-31t23:00:00z"), undefined);
  assert.equal(of("DEM", "2026-01-02T03:04:05Z")?.code, "unknown_currency");
});
