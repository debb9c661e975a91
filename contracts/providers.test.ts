import assert from "node:assert/strict";
import { test } from "node:test";
import { providerLabel } from "./providers.ts";

test("a provider that is not known is no label of its own", () => {
  assert.equal(providerLabel("stripe"), "stripe");
  for (const other of ["Stripe", "internal", "other", "", undefined]) {
    assert.equal(providerLabel(other), "other");
  }
});
