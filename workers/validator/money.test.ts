import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { amountLiteral, decimalsIn, refuseMoney } from "./money.ts";
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

test("the runtime knows the minor units of ISO 4217", () => {
  const iso = {
    JPY: 0,
    USD: 2,
    AFN: 2,
    ALL: 2,
    KWD: 3,
    IQD: 3,
    BHD: 3,
    CLF: 4,
  };
  for (const [currency, decimals] of Object.entries(iso)) {
    const event = payment({ currency });
    const fits = decimals === 0 ? "1" : `1.${"1".repeat(decimals)}`;
    const tooFine = `1.${"1".repeat(decimals + 1)}`;
    assert.equal(refuseMoney(event, fits), undefined, currency);
    assert.equal(refuseMoney(event, tooFine)?.code, "too_many_decimals");
  }
});

test("a currency that ISO 4217 does not list is refused", () => {
  const rejection = refuseMoney(payment({ currency: "ZZZ" }), "1");
  assert.equal(rejection?.code, "unknown_currency");
  assert.deepEqual(rejection?.issues.map(({ path }) => path), [
    "payload.currency",
  ]);
});
