import assert from "node:assert/strict";
import { test } from "node:test";
import { providerNames } from "#contracts/providers.ts";
import { rows } from "./rows.ts";
import { providers } from "./table.ts";

test("whoever's webhooks are taken in has a name that workers know", () => {
  const taken = [...providers, ...rows].map(({ name }) => name);
  assert.deepEqual(taken.toSorted(), providerNames.toSorted());
});
