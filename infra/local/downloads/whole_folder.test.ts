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
import { test } from "node:test";
import { makeWhole } from "./whole_folder.ts";

async function inFolder(work: (root: string) => Promise<void>): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "eventflow-whole-"));
  try {
    await work(root);
  } finally {
    await rm(root, { recursive: true });
  }
}

const write = (name: string) => (folder: string) =>
  writeFile(join(folder, name), name);

test("a folder is there when it is filled, and is not filled again", () =>
  inFolder(async (root) => {
    const folder = join(root, "jars");
    await makeWhole(folder, async (unfinished) => {
      await write("first")(unfinished);
      assert.ok(!(await readdir(root)).includes("jars"));
    });
    await makeWhole(folder, write("second"));
    assert.deepEqual(await readdir(folder), ["first"]);
    assert.deepEqual(await readdir(root), ["jars"]);
  }));

test("a folder that could not be filled is not there, and nothing beside it", () =>
  inFolder(async (root) => {
    const fill = async (folder: string) => {
      await write("half")(folder);
      throw new Error("broken off");
    };
    await assert.rejects(makeWhole(join(root, "jars"), fill), /broken off/);
    assert.deepEqual(await readdir(root), []);
  }));

test("of two that fill it at once, the first to end counts, and both go on", () =>
  inFolder(async (root) => {
    const folder = join(root, "jars");
    await makeWhole(folder, async (unfinished) => {
      await write("second")(unfinished);
      await mkdir(folder);
      await write("first")(folder);
    });
    assert.equal(await readFile(join(folder, "first"), "utf8"), "first");
    assert.deepEqual(await readdir(root), ["jars"]);
  }));
