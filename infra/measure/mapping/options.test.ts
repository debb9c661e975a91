import assert from "node:assert/strict";
import { test } from "node:test";
import { mappingCommand, parseOptions } from "./options.ts";

const parsed = (...args: string[]) =>
  parseOptions(
    args,
    mappingCommand().exitOverride().configureOutput({
      writeErr: () => {},
    }),
  );

test("without options a hundred thousand webhooks are written, and no file", () => {
  assert.deepEqual(parsed(), { webhooks: 100_000 });
});

test("number and file are taken as they are given", () => {
  assert.deepEqual(parsed("--webhooks", "1000000", "--json", "figures.json"), {
    webhooks: 1_000_000,
    json: "figures.json",
  });
});

for (const text of ["0", "-1", "1.5", "1e6", "many", "3000001"]) {
  test(`${text} webhooks are refused`, () => {
    assert.throws(
      () => parsed("--webhooks", text),
      /whole number from 1 to 3000000/,
    );
  });
}
