import assert from "node:assert/strict";
import { test } from "node:test";
import { differingPaths } from "./differing_paths.ts";

test("what is equal differs nowhere, in whatever order its keys are", () => {
  assert.deepEqual(
    differingPaths('{"a":1,"b":{"c":"x"}}', '{"b":{"c":"x"},"a":1}'),
    [],
  );
});

test("numbers are compared digit for digit", () => {
  assert.deepEqual(
    differingPaths(
      '{"payload":{"amount":9007199254740993.01}}',
      '{"payload":{"amount":9007199254740993.02}}',
    ),
    [{
      path: "payload.amount",
      before: "9007199254740993.01",
      after: "9007199254740993.02",
    }],
  );
  assert.equal(differingPaths('{"a":49.90}', '{"a":49.9}').length, 1);
});

test("what is there on one side alone is nothing on the other", () => {
  assert.deepEqual(differingPaths('{"a":null}', "{}"), [
    { path: "a", before: "null", after: null },
  ]);
  assert.deepEqual(differingPaths("{}", '{"a":["x",1.0]}'), [
    { path: "a", before: null, after: '["x",1.0]' },
  ]);
});
