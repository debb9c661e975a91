import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAuthorizeRequest } from "./messages.ts";

const request = {
  payment_id: "pay_1",
  order_id: "ord_1",
  amount: 49.9,
  currency: "USD",
};

test("a request needs the four fields, and may force a duplicate and a corruption", () => {
  for (
    const wanted of [
      request,
      { ...request, force_duplicate: true, force_corruption: false },
    ]
  ) {
    assert.deepEqual(parseAuthorizeRequest(JSON.stringify(wanted)), {
      ok: true,
      request: wanted,
    });
  }
});

const refusals: [string, unknown, (string | number)[], string][] = [
  ["that is no object", [], ["body"], "invalid_type"],
  ["with an unknown key", { colour: 1 }, ["body", "colour"], "extra_forbidden"],
  [
    "with a blank payment_id",
    { payment_id: " " },
    ["body", "payment_id"],
    "invalid_format",
  ],
  [
    "without order_id",
    { order_id: undefined },
    ["body", "order_id"],
    "invalid_type",
  ],
  ["with an amount of 0", { amount: 0 }, ["body", "amount"], "too_small"],
  [
    "with an amount as text",
    { amount: "49.90" },
    ["body", "amount"],
    "invalid_type",
  ],
  [
    "with a lower-case currency",
    { currency: "usd" },
    ["body", "currency"],
    "invalid_format",
  ],
];
for (const [what, change, loc, type] of refusals) {
  test(`a request ${what} is refused, and the reason says where`, () => {
    const json = Array.isArray(change)
      ? change
      : { ...request, ...Object(change) };
    const parsed = parseAuthorizeRequest(JSON.stringify(json));
    assert.ok(!parsed.ok);
    assert.deepEqual(
      parsed.refused.detail.map(({ loc, type }) => ({ loc, type })),
      [{ loc, type }],
    );
  });
}

test("a request that is not JSON is refused", () => {
  assert.deepEqual(parseAuthorizeRequest("{"), {
    ok: false,
    refused: {
      detail: [{ loc: ["body"], msg: "must be JSON", type: "json_invalid" }],
    },
  });
});
