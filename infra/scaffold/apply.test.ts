import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { apply } from "./apply.ts";

async function folder(t: TestContext): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "eventflow-apply-"));
  t.after(() => rm(root, { recursive: true }));
  await writeFile(join(root, "old.md"), "before");
  return root;
}

const changed = { path: "old.md", text: "after", before: "before" };

test("files are made, with their folders, and changed", async (t) => {
  const root = await folder(t);
  const made = { path: "a/b/new.md", text: "new", before: undefined };
  await apply([changed, made], root);
  assert.equal(await readFile(join(root, "old.md"), "utf8"), "after");
  assert.equal(await readFile(join(root, "a/b/new.md"), "utf8"), "new");
});

test("a file that is there is not overwritten, and what was written is put back", async (t) => {
  const root = await folder(t);
  await writeFile(join(root, "there.md"), "somebody's");
  const made = ["new.md", "there.md"].map((path) => ({
    path,
    text: "new",
    before: undefined,
  }));
  await assert.rejects(apply([changed, ...made], root), { code: "EEXIST" });
  assert.deepEqual((await readdir(root)).sort(), ["old.md", "there.md"]);
  assert.equal(await readFile(join(root, "old.md"), "utf8"), "before");
  assert.equal(await readFile(join(root, "there.md"), "utf8"), "somebody's");
});
