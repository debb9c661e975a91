import fc from "fast-check";

/** Pieces of strings as JSON writes them: what is odd about text, and what is not. */
const pieces = fc.constantFrom(
  "a",
  "pay_1",
  " ",
  ":",
  ",",
  "é",
  "漢",
  "😀",
  "\u0085",
  "\u200b",
  "\uffff",
  '\\"',
  "\\\\",
  "\\/",
  "\\n",
  "\\u0000",
  "\\u0001",
  "\\u001e",
  "\\u0061",
  "\\ud83d",
  "\\ude00",
  "\\uffff",
);

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('"a"', '"pay_1"', '"é:😀"') },
  {
    weight: 1,
    arbitrary: fc.array(pieces, { maxLength: 5 })
      .map((parts) => `"${parts.join("")}"`),
  },
);

const digits = fc.constantFrom("0", "1", "49", "9".repeat(15), "9".repeat(400))
  .chain((one) => fc.constantFrom(one, `${one}.5`, `${one}.90`, `-${one}`));

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(JSON.stringify),
  fc.tuple(digits, fc.constantFrom("", "", "e3", "E-300", "e400", "e-99999"))
    .map(([one, exponent]) => `${one}${exponent}`),
  fc.constantFrom(`0.${"1".repeat(990)}`, `1${"0".repeat(5000)}`),
);

const amount = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("49.90", "1", "1e3", "5e-324") },
  { weight: 1, arbitrary: number },
);

const two = (max: number) =>
  fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, "0"));

const timestamp = fc.oneof(
  fc.constantFrom(
    "2026-01-02T03:04:05Z",
    "0001-01-01T00:00:00Z",
    "0001-01-01T15:59:00+15:59",
    "0001-01-01T00:00:00-15:59",
    "0000-12-31T23:59:00-00:01",
    "9999-12-31T23:59:59.999999Z",
    "9999-12-31T23:59:59.999999499Z",
    "9999-12-31T23:59:59.9999995Z",
    "2016-12-31T23:59:60Z",
    "2016-12-31T23:59:60.5Z",
    "2017-01-01T15:58:60.999999999+15:59",
    "2017-01-01T15:58:60.000+15:59",
  ),
  fc.tuple(
    fc.constantFrom("0000", "0001", "0099", "1969", "2024", "2026", "9999"),
    two(13),
    two(31),
    fc.constantFrom("T", "t", " "),
    two(24),
    two(60),
    two(61),
    fc.constantFrom("", ".5", ".999999", ".999999999", ".0000000001"),
    fc.constantFrom("Z", "z", "+00:00", "-15:59", "+14:00", "+16:00", ""),
  ).map(([year, month, day, t, hour, minute, second, fraction, offset]) =>
    `${year}-${month}-${day}${t}${hour}:${minute}:${second}${fraction}${offset}`
  ),
);

const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(text, number, fc.constantFrom("true", "false", "null")),
    fc.array(tie("json"), { maxLength: 3 }).map((all) => `[${all.join(", ")}]`),
    fc.array(fc.tuple(text, tie("json")), { maxLength: 3 }).map((entries) =>
      `{${entries.map(([key, value]) => `${key} :${value}`).join(",")}}`
    ),
  ),
}));

/**
 * JSON texts of payments as providers do and do not write them: about a third satisfy the contract.
 *
 * @returns for an `event_id` to begin with, which has to differ from text to text
 */
export function eventTexts(): fc.Arbitrary<(eventId: string) => string> {
  return fc.tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.constant("") },
      { weight: 1, arbitrary: pieces },
      {
        weight: 1,
        arbitrary: fc.constantFrom("漢".repeat(480), "x".repeat(600)),
      },
    ),
    timestamp,
    amount,
    text,
    fc.option(fc.tuple(text, json), { freq: 2 }),
  ).map(([idEnd, timestamp, amount, orderId, more]) => (eventId) =>
    `{"event_id":"${eventId}${idEnd}","event_type":"payment.authorized.v1","source":"s",` +
    `"timestamp":"${timestamp}","payload":{"payment_id":"p","order_id":${orderId},` +
    `"provider_auth_id":"x","amount":${amount},"currency":"USD"` +
    `${more === null ? "" : `,${more[0]}:${more[1]}`}}}`
  );
}
