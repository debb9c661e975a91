import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { SortedEntries } from "./sorted_entries.ts";

async function sort(
  entries: readonly Uint8Array[],
  options: { bytes: number; runEntries?: number },
) {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-test-"));
  try {
    const sorted = new SortedEntries({ ...options, folder });
    for (const entry of entries) await sorted.add(entry);
    const hex: string[] = [];
    for await (const entry of sorted.inOrder()) hex.push(entry.toString("hex"));
    return { hex, files: (await readdir(folder)).length };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("entries come back in the order of their bytes, equal ones each, however small the runs", async () => {
  const entry = fc.uint8Array({ minLength: 3, maxLength: 3, max: 3 });
  await fc.assert(fc.asyncProperty(
    fc.array(entry, { maxLength: 60 }),
    fc.integer({ min: 1, max: 70 }),
    async (entries, runEntries) => {
      const { hex, files } = await sort(entries, { bytes: 3, runEntries });
      assert.deepEqual(
        hex,
        entries.map((one) => Buffer.from(one).toString("hex")).sort(),
      );
      assert.equal(
        files,
        entries.length <= runEntries
          ? 0
          : Math.ceil(entries.length / runEntries),
      );
    },
  ));
});

test("runs longer than a chunk are read whole", async () => {
  const entries = Array.from({ length: 20_000 }, (_, n) => {
    const entry = Buffer.alloc(4);
    entry.writeUInt32BE((n * 7_919) % 20_000);
    return entry;
  });
  const { hex, files } = await sort(entries, { bytes: 4, runEntries: 9_000 });
  assert.equal(files, 3);
  assert.deepEqual(
    hex.map((one) => Number.parseInt(one, 16)),
    entries.map((_, n) => n),
  );
});
