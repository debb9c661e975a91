import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { parseEvent } from "#contracts/parse.ts";
import type { Rejection } from "#contracts/parse.ts";
import { paymentJson } from "#kit/payment.ts";
import { causeOf } from "./cause.ts";

/** The cause of what the contract refuses. */
function ofRefused(json: string, provider: string | null = null) {
  const parsed = parseEvent(Buffer.from(json));
  assert.ok(!parsed.ok);
  return ofRejection(parsed.rejection, provider);
}

function ofRejection(
  { code, message, issues }: Rejection,
  provider: string | null = null,
) {
  return causeOf({
    failed_service: "validator-service",
    error_code: code,
    error_message: message,
    issues: [...issues],
  }, provider);
}

const poison = (message: string) =>
  ofRejection({ code: "unexpected_error", message, issues: [] });

test("letters that differ in values have one cause", () => {
  const one = ofRefused(paymentJson({ amount: '"12.50"', eventId: "e-1" }));
  const another = ofRefused(paymentJson({ amount: '"7"', paymentId: "p-2" }));
  assert.equal(one.id, another.id);
  assert.deepEqual(one.paths, ["payload.amount"]);
  assert.match(one.message, /^payload\.amount must be a JSON number/);
});

test("another place, another fault or another provider is another cause", () => {
  const ids = [
    ofRefused(paymentJson({ amount: '"1"' })),
    ofRefused(paymentJson({ amount: "-1" })),
    ofRefused(paymentJson({ orderId: " " })),
    ofRefused(paymentJson({ orderId: " ", amount: "-1" })),
    ofRefused(paymentJson({ orderId: " " }), "stripe"),
  ].map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
});

test("what a message quotes or counts does not tell causes apart", () => {
  const alike = [
    ["Row 17 of 'a' is too long", "Row 18 of 'it\\'s' is too long"],
    ['Unexpected token "x" at 1:12', 'Unexpected token "\\"" at 3:1'],
    [
      "No answer of 7d1c0f0e-1111-4222-8333-944444444444",
      "No answer of 0a1c0f0e-1111-4222-8333-944444444445",
    ],
  ] as const;
  for (const [one, another] of alike) {
    assert.equal(poison(one).id, poison(another).id, one);
  }
  assert.notEqual(poison("x is not a function").id, poison("y is null").id);
});

test("the number in a list does not tell causes apart, the place in it does", () => {
  const at = (path: string) =>
    ofRejection({
      code: "contract_violation",
      message: "",
      issues: [{ path, message: "must not be blank" }],
    });
  assert.equal(at("payload.items.0.id").id, at("payload.items.12.id").id);
  assert.notEqual(at("payload.items.0.id").id, at("payload.items.0.name").id);
  assert.deepEqual(at("payload.items.3.id").paths, ["payload.items.*.id"]);
});

test("what is wrong all over is one cause of a bounded size", () => {
  const wrong = (count: number) =>
    ofRejection({
      code: "not_portable",
      message: "",
      issues: Array.from({ length: count }, (_, n) => ({
        path: `payload.k${String(n).padStart(4, "0")}`,
        message: `must not have the character U+0000, but has it at ${n}`,
      })),
    });
  const { paths, message, id } = wrong(500);
  assert.equal(paths.length, 20);
  assert.ok(message.length <= 300);
  assert.equal(id, wrong(600).id);
});
