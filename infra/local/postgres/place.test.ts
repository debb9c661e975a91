import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { clearPostgres, placeForPostgres } from "./place.ts";

const isRoot = process.getuid?.() === 0;

test("in a folder anybody can enter, PostgreSQL stays where it was put", async () => {
  await using folder = await newFolder(0o755);
  const place = await placeForPostgres(folder.data, folder.binaries);
  assert.deepEqual(place, { data: folder.data, binaries: folder.binaries });
});

test(
  "in root's private folder, PostgreSQL gets a place of its own, cleared with its data",
  { skip: !isRoot },
  async () => {
    await using folder = await newFolder(0o700);
    const place = await placeForPostgres(folder.data, folder.binaries);
    assert.match(place.data, /^\/var\/tmp\/eventflow-postgres-/);
    assert.ok(await stat(join(place.binaries, "postgres")));
    assert.deepEqual(
      await placeForPostgres(folder.data, folder.binaries),
      place,
    );
    await clearPostgres(folder.data);
    await assert.rejects(stat(place.binaries), { code: "ENOENT" });
  },
);

async function newFolder(mode: number) {
  const root = await mkdtemp(join(tmpdir(), "eventflow-place-"));
  await chmod(root, mode);
  const binaries = join(root, "native");
  await mkdir(binaries);
  await writeFile(join(binaries, "postgres"), "");
  return {
    data: join(root, "data"),
    binaries,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}
