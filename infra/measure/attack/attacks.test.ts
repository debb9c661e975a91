import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { repositoryRoot } from "#local/home.ts";
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

test("docs/security.md tells the figures of each attack", async () => {
  const path = join(repositoryRoot, "docs/security.md");
  const [, after = ""] = (await readFile(path, "utf8")).split("### After");
  for (const name of Object.keys(attacks)) {
    assert.ok(after.includes(`| \`${name}\``), name);
  }
});
