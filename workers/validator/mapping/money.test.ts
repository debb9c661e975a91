import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "#kit/random.ts";
import {
  exponentsOf,
  isNothing,
  moneyOfDecimal,
  moneyOfMinorUnits,
  some,
} from "./money.ts";
import { Unreadable } from "./unreadable.ts";

const exponents = exponentsOf({ 0: "JPY", 2: "EUR\n  USD", 3: "KWD" });
const decimals = [["JPY", 0], ["EUR", 2], ["KWD", 3]] as const;
const random = new Random(4217);

/** A whole number of some digits, never with a zero in front. */
function digits(most: number): string {
  const count = random.integer(1, most);
  let text = String(random.integer(1, 9));
  while (text.length < count) text += String(random.integer(0, 9));
  return text;
}

/** Least units of a currency, up to the largest whole number below which each is a double of its own. */
function leastUnits(places: number): string {
  const text = digits(16);
  const isWhole = Number.isSafeInteger(Number(text));
  return isWhole && text.length - places <= 15 ? text : text.slice(0, 15);
}

const minor = (value: unknown, currency: unknown = "EUR") =>
  moneyOfMinorUnits({ value, currency, path: "amount", exponents });
const decimal = (value: unknown, currency: unknown = "EUR") =>
  moneyOfDecimal({ value, currency, path: "amount", exponents });

function refusal(run: () => unknown) {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof Unreadable, String(error));
    return error.rejection;
  }
  assert.fail("It was not refused");
}

test("the digits of an amount in least units are the same behind the shift", () => {
  for (let n = 0; n < 20_000; n++) {
    const [currency, places] = random.oneOf(decimals);
    const text = leastUnits(places);
    // A JSON number of so many digits is one double, and goes the same way.
    const { amount } = minor(random.oneOf([text, Number(text)]), currency);
    const [whole = "", fraction = ""] = amount.split(".");
    assert.equal(fraction.length, places, amount);
    assert.match(whole, /^(?:0|[1-9]\d*)$/);
    assert.equal(
      `${whole}${fraction}`.replace(/^0+(?=\d)/, ""),
      text,
      `${text} ${currency}`,
    );
  }
});

test("an amount in least units is what whole numbers say, not what doubles do", () => {
  for (let n = 0; n < 20_000; n++) {
    const [currency, places] = random.oneOf(decimals);
    const text = leastUnits(places);
    const unit = 10n ** BigInt(places);
    const whole = BigInt(text) / unit;
    const rest = String(BigInt(text) % unit).padStart(places, "0");
    const expected = places === 0 ? `${whole}` : `${whole}.${rest}`;
    assert.deepEqual(minor(text, currency), { amount: expected, currency });
  }
});

test("the digits of decimal text are kept as they are", () => {
  for (let n = 0; n < 20_000; n++) {
    const [currency, places] = random.oneOf(decimals);
    const whole = random.oneOf(["0", digits(15)]);
    const fraction = places === 0 ? "" : digits(places);
    const text = fraction === "" ? whole : `${whole}.${fraction}`;
    assert.deepEqual(decimal(text, currency), { amount: text, currency });
    // Zeros that say nothing may stand behind it.
    assert.equal(
      decimal(`${whole}.${fraction.padEnd(places, "0")}00`, currency).amount,
      places === 0 ? whole : `${whole}.${fraction.padEnd(places, "0")}`,
    );
  }
});

test("amounts of which a double would lose a digit stay exact", () => {
  assert.equal(minor("9007199254740991").amount, "90071992547409.91");
  assert.equal(minor(9007199254740991).amount, "90071992547409.91");
  assert.equal(minor(999999999999999, "KWD").amount, "999999999999.999");
  assert.equal(minor("999999999999999", "JPY").amount, "999999999999999");
  assert.equal(decimal("999999999999999.99").amount, "999999999999999.99");
  // 1.15 * 100 is 114.99999999999999.
  assert.equal(minor(115).amount, "1.15");
  assert.equal(minor(1).amount, "0.01");
  assert.equal(minor(1, "KWD").amount, "0.001");
});

test("a currency is taken in any case, and told in capital letters", () => {
  assert.deepEqual(minor(4990, "eur"), { amount: "49.90", currency: "EUR" });
  assert.equal(minor(4990, "USD").amount, "49.90");
});

test("a currency that is in no table is refused, not guessed", () => {
  for (const refuse of [() => minor(500, "UGX"), () => decimal("5", "UGX")]) {
    const { code, issues } = refusal(refuse);
    assert.equal(code, "unknown_exponent");
    assert.equal(issues[0]?.path, "amount");
  }
});

test("what is no whole number of least units is refused", () => {
  const values = [
    -1,
    0.5,
    NaN,
    2 ** 53,
    1e300,
    null,
    undefined,
    true,
    "",
    " 1",
    "01",
    "1.0",
    "1e3",
    "+1",
    "-1",
    "0x10",
    "9007199254740992",
    [],
    [1],
    {},
    10n,
  ];
  for (const value of values) {
    assert.equal(refusal(() => minor(value)).code, "contract_violation");
  }
});

test("what is no decimal text is refused", () => {
  const values = [
    49.9,
    "",
    ".5",
    "5.",
    "05.00",
    "-5.00",
    "5,00",
    "1e3",
    "1.0000000000",
    "1000000000000000",
    "٤٩",
    null,
    ["5.00"],
    { toString: () => "5.00" },
  ];
  for (const value of values) {
    assert.equal(refusal(() => decimal(value)).code, "contract_violation");
  }
});

test("decimals that the currency does not have are refused, unless they are zeros", () => {
  assert.equal(refusal(() => decimal("4.991")).code, "contract_violation");
  assert.equal(decimal("4.9900").amount, "4.99");
  assert.equal(refusal(() => decimal("4.5", "JPY")).code, "contract_violation");
  assert.equal(decimal("4.0", "JPY").amount, "4");
});

test("what is not of three letters is no currency", () => {
  for (const currency of ["", "EU", "EURO", "€", "E1R", 978, null, ["EUR"]]) {
    assert.equal(refusal(() => minor(1, currency)).code, "contract_violation");
  }
});

test("an amount that no event can have is refused", () => {
  assert.match(
    refusal(() => minor("1000000000000000", "JPY")).message,
    /10\^15/,
  );
  assert.equal(minor("1000000000000000").amount, "10000000000000.00");
});

test("nothing is told from something by its digits", () => {
  for (const money of [minor(0), minor("0", "JPY"), decimal("0.00")]) {
    assert.ok(isNothing(money));
    assert.match(
      refusal(() => some(money, "amount")).message,
      /greater than 0/,
    );
  }
  const cent = minor(1);
  assert.equal(some(cent, "amount"), cent);
});
