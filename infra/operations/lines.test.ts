import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { StartError } from "#runtime/lifecycle.ts";
import { linesOf } from "./lines.ts";

async function linesIn(text: string, mostCharacters?: number) {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-lines-"));
  try {
    const path = join(folder, "facts.ndjson");
    await writeFile(path, text);
    return (await Array.fromAsync(linesOf(path, mostCharacters))).flat();
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("lines are whole, however long and wherever a part of the file ends", async () => {
  const lines = ["a", "", `${"\u00fc".repeat(700_000)}x`, "\u{1f4b3}", "last"];
  assert.deepEqual(await linesIn(lines.join("\n")), lines);
  assert.deepEqual(await linesIn("one\n"), ["one"]);
  assert.deepEqual(await linesIn(""), []);
});

test("a file without lines is refused by the line that is too long, and is not held", async () => {
  await assert.rejects(
    linesIn(`{}\n${"x".repeat(3_000_000)}`, 1_000_000),
    (error: unknown) =>
      error instanceof StartError &&
      /^Line 2 of .+ has more than 1000000 characters/.test(error.message),
  );
});
