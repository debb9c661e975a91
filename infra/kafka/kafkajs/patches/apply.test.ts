import assert from "node:assert/strict";
import { test } from "node:test";
import { applyPatches } from "./apply.ts";

test("patches are refused for another version than they were written for", () => {
  applyPatches();
  assert.throws(
    () => applyPatches("2.3.0"),
    /for kafkajs 2\.2\.4, but 2\.3\.0 is installed: look at each of them again/,
  );
});
