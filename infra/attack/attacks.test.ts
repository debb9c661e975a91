import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import { attacks } from "./attacks.ts";

test("each file of attacks/ is an attack that is run, under its name", async () => {
  const files = await readdir(new URL("attacks", import.meta.url));
  assert.deepEqual(
    Object.keys(attacks).sort(),
    files.map((file) => file.replace(/\.ts$/, "")).sort(),
  );
});

test("each attack is bounded: in connections below what a machine has ports for, and in bytes", () => {
  for (const [name, { caps }] of Object.entries(attacks)) {
    assert.ok(caps.connections <= 40_000, name);
    assert.ok(caps.bytes <= 4e9, name);
  }
});
