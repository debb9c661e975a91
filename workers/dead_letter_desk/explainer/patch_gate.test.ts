import assert from "node:assert/strict";
import { test } from "node:test";
import type { PatchOperation } from "#contracts/desk_action.ts";
import { MISSING } from "#contracts/plain_issue.ts";
import { refusalOf } from "./patch_gate.ts";

const faults = [
  { path: "payload.currency", message: "must be three upper-case letters" },
  { path: "payload.amount", message: "must be greater than 0" },
  { path: "payload.payment_id", message: MISSING },
  { path: "payload.order_id", message: "must not be blank" },
  {
    path: "payload.state",
    message: 'Invalid option: expected one of "won"|"lost"',
  },
  { path: "payload.items.*.id", message: "must not be blank" },
];

const exchange = (
  path: string,
  before: unknown,
  after: unknown,
): PatchOperation[] => [
  { op: "test", path, value: before },
  { op: "replace", path, value: after },
];

test("a patch may write a known value otherwise, and bring a key of the same name", () => {
  const may: PatchOperation[][] = [
    exchange("/payload/currency", " usd", "USD"),
    exchange("/payload/state", "WON", "won"),
    exchange("/payload/items/0/id", " a1", "a1"),
    [{ op: "copy", from: "/payload/paymentId", path: "/payload/payment_id" }],
    [
      { op: "test", path: "/payload/order_id", value: " " },
      { op: "remove", path: "/payload/order_id" },
    ],
  ];
  for (const patch of may) {
    assert.equal(refusalOf(patch, faults), undefined, JSON.stringify(patch));
  }
});

test("a patch may not say what nobody sent", () => {
  const mayNot: [PatchOperation[], RegExp][] = [
    [[], /does nothing/],
    [[{ op: "test", path: "/payload/currency", value: "usd" }], /does nothing/],
    [exchange("/payload/currency", "usd", "EUR"), /another thing/],
    [
      [{ op: "replace", path: "/payload/currency", value: "USD" }],
      /does not test/,
    ],
    [exchange("/payload/state", "WON", "lost"), /another thing/],
    [exchange("/payload/amount", -5, 5), /another thing/],
    [exchange("/payload/amount", "5.00", 5), /another thing/],
    [exchange("/payload/payment_id", "pay_1", "pay-1"), /another thing/],
    [exchange("/payload/order_id", " ", "ord_1"), /another thing/],
    [exchange("/payload/other", "A", "a"), /not at fault/],
    [exchange("", {}, []), /not at fault/],
    [[{ op: "remove", path: "/payload/order_id" }], /takes away/],
    [
      [
        { op: "test", path: "/payload/order_id", value: "ord_1" },
        { op: "remove", path: "/payload/order_id" },
      ],
      /takes away/,
    ],
    [
      [{ op: "copy", from: "/payload/order_id", path: "/payload/payment_id" }],
      /another name/,
    ],
    [
      [{
        op: "copy",
        from: "/payload/payment_id",
        path: "/payload/payment_id",
      }],
      /another name/,
    ],
    [
      [{ op: "copy", from: "/Currency", path: "/payload/currency" }],
      /something is/,
    ],
    [
      [{ op: "move", from: "/payload/paymentId", path: "/payload/payment_id" }],
      /may not/,
    ],
    [[{ op: "add", path: "/payload/payment_id", value: "pay_1" }], /may not/],
    // Other places, whose paths read the same.
    [exchange("/payload.currency", "usd", "USD"), /not at fault/],
    [exchange("x/payload/currency", "usd", "USD"), /not at fault/],
    [
      [{ op: "copy", from: "/paymentId", path: "/payload.payment_id" }],
      /not at fault/,
    ],
    [
      [{ op: "copy", from: "x/paymentId", path: "/payload/payment_id" }],
      /another name/,
    ],
    [
      [{ op: "copy", from: "/a/__proto__", path: "/__proto__" }],
      /not at fault/,
    ],
    [
      [{
        op: "copy",
        from: "/payload/paymentId",
        path: "/payload/payment_id",
        tool: "run",
      }],
      /RFC 6902/,
    ],
  ];
  for (const [patch, why] of mayNot) {
    assert.match(refusalOf(patch, faults) ?? "", why, JSON.stringify(patch));
  }
});

test("a second test of a place does not put another value in the place of the first", () => {
  const patch: PatchOperation[] = [
    { op: "test", path: "/payload/currency", value: "usd" },
    { op: "test", path: "/payload/currency", value: "eur" },
    { op: "replace", path: "/payload/currency", value: "EUR" },
  ];
  assert.match(refusalOf(patch, faults) ?? "", /again/);
});
