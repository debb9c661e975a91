import assert from "node:assert/strict";
import { test } from "node:test";
import { intakeSettings } from "../settings.ts";
import { providers } from "./table.ts";

test("no two providers have a name, a path or a setting in common, nor one with the intake itself", () => {
  const all = (of: (one: (typeof providers)[number]) => readonly string[]) =>
    providers.flatMap(of);
  for (
    const told of [
      all(({ name }) => [name]),
      all(({ path }) => [path]),
      all(({ settings }) => Object.values(settings).map(({ env }) => env)),
    ]
  ) assert.equal(new Set(told).size, told.length, told.join(", "));
  for (const { name, settings } of providers) {
    for (const [key, setting] of Object.entries(settings)) {
      const taken = intakeSettings[key as keyof typeof intakeSettings];
      assert.equal(taken, setting, `${name} has its own ${key}`);
    }
  }
});
