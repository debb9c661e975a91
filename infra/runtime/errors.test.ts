import assert from "node:assert/strict";
import { test } from "node:test";
import {
  describeError,
  FatalError,
  fateOf,
  PartitionError,
  PoisonError,
  rejectionOf,
  TransientError,
} from "./errors.ts";

const poison = new PoisonError({
  code: "not_storable",
  message: "no",
  issues: [],
});

test("each kind of error has its fate, and what has no name is tried again", () => {
  assert.equal(fateOf(new TransientError("away")), "retry");
  assert.equal(fateOf(new Error("never seen")), "retry");
  assert.equal(fateOf("not even an error"), "retry");
  assert.equal(fateOf(poison), "dead-letter");
  assert.equal(fateOf(new TypeError("bug")), "dead-letter");
  assert.equal(fateOf(new PartitionError("damaged")), "stop-partition");
  assert.equal(fateOf(new FatalError("broken")), "stop");
});

test("a bug that a record brings out is its own reason", () => {
  assert.equal(rejectionOf(poison).code, "not_storable");
  assert.deepEqual(rejectionOf(new TypeError("x is undefined")), {
    code: "unexpected_error",
    message: "TypeError: x is undefined",
    issues: [],
  });
});

test("an error is described with its causes, none of them twice", () => {
  const root = new Error("connection refused");
  const middle = new Error("no broker: connection refused", { cause: root });
  assert.equal(
    describeError(new Error("cannot write", { cause: middle })),
    "cannot write: no broker: connection refused",
  );
});
