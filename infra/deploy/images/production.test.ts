import assert from "node:assert/strict";
import { test } from "node:test";
import { foreignPackages } from "./production.ts";

const locked = {
  "hono@1.0.0": { integrity: "sha512-a" },
  "migrate@2.0.0_pg@8.0.0": { integrity: "sha512-b" },
  "@scope/one@1.0.0": { integrity: "sha512-c" },
};

test("packages of the lockfile are no strangers, whatever peers they were resolved with", () => {
  const some = {
    "migrate@2.0.0": { integrity: "sha512-b" },
    "@scope/one@1.0.0_hono@1.0.0": { integrity: "sha512-c" },
  };
  assert.deepEqual(foreignPackages(some, locked), []);
});

test("another version, other bytes and bytes nobody vouches for are foreign", () => {
  const some = {
    "hono@1.0.1": { integrity: "sha512-a" },
    "migrate@2.0.0": { integrity: "sha512-x" },
    "@scope/one@1.0.0": {},
  };
  assert.deepEqual(foreignPackages(some, locked), Object.keys(some));
});
