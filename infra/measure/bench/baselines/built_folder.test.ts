import assert from "node:assert/strict";
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { buildFolder } from "./built_folder.ts";

test("a folder is built again only where its sources have changed", async (t) => {
  const it = await setUp(t);
  await it.build("first");
  await it.build("second");
  assert.equal(await it.built(), "first");
  await writeFile(it.source, "another");
  await it.build("third");
  assert.equal(await it.built(), "third");
});

test("a build that fails leaves what was there before, and nothing beside it", async (t) => {
  const it = await setUp(t);
  await it.build("first");
  await writeFile(it.source, "another");
  await assert.rejects(it.build(new Error("no compiler")), /no compiler/);
  assert.equal(await it.built(), "first");
  assert.deepEqual((await readdir(it.root)).sort(), ["built", "source"]);
});

async function setUp(t: TestContext) {
  const root = await mkdtemp(join(tmpdir(), "eventflow-built-"));
  t.after(() => rm(root, { recursive: true }));
  const source = join(root, "source");
  const folder = join(root, "built");
  await writeFile(source, "one");
  return {
    root,
    source,
    build: (result: string | Error) =>
      buildFolder({
        folder,
        sources: [source],
        what: "it",
        say: () => {},
        async build(unfinished) {
          await mkdir(unfinished);
          if (result instanceof Error) throw result;
          await writeFile(join(unfinished, "result"), result);
        },
      }),
    built: () => readFile(join(folder, "result"), "utf8"),
  };
}
