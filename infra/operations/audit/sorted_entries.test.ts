import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { SortedEntries } from "./sorted_entries.ts";

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

test("entries come back in the order of their bytes, equal ones each", async () => {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-test-"));
  try {
    const entry = fc.uint8Array({ minLength: 3, maxLength: 3, max: 255 });
    const few = fc.uint8Array({ minLength: 3, maxLength: 3, max: 2 });
    const lists = fc.array(fc.oneof(entry, few), { maxLength: 300 });
    fc.assert(fc.property(lists, (entries) => {
      const sorted = new SortedEntries(folder);
      for (const one of entries) sorted.add(one);
      const found = [...sorted.inOrder()].map(hexOf);
      sorted.close();
      assert.deepEqual(found, entries.map(hexOf).sort());
    }));
  } finally {
    await rm(folder, { recursive: true });
  }
});
