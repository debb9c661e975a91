import assert from "node:assert/strict";
import { test } from "node:test";
import { compareRows, type Row } from "./ordered_rows.ts";

/** Rows by what they say, `key=says`, in batches. */
async function* table(
  ...batches: readonly string[]
): AsyncGenerator<readonly Row[]> {
  for (const batch of batches) {
    await Promise.resolve();
    yield batch.split(" ").filter(Boolean).map((text) => {
      const [key = "", says = ""] = text.split("=");
      return { key, says };
    });
  }
}

const compared = (
  actual: readonly string[],
  expected: readonly string[],
  most = 9,
) => compareRows(table(...actual), table(...expected), { most });

test("equal tables have no differences, however they are cut", async () => {
  assert.deepEqual(await compared(["a=1 b=2", "", "c=3"], ["a=1", "b=2 c=3"]), {
    rows: 3,
    expected: 3,
    differing: 0,
    named: [],
  });
  assert.equal((await compared([], [])).differing, 0);
});

test("what is missing, too many, or otherwise is named by its key", async () => {
  assert.deepEqual(await compared(["a=1 c=3 d=4 e=5"], ["b=2 c=4 d=4"]), {
    rows: 4,
    expected: 3,
    differing: 4,
    named: [
      "a should not be there",
      "b is missing",
      "c says something else",
      "e should not be there",
    ],
  });
});

test("all differences are counted, and the first are named", async () => {
  const { differing, named } = await compared([], ["a=1 b=2", "c=3"], 2);
  assert.equal(differing, 3);
  assert.deepEqual(named, ["a is missing", "b is missing"]);
});

test("keys are in the order of their bytes, beyond the plane of UTF-16 too", async () => {
  const rows = ["Z=1 a=2 \uff5e=3 \u{1f600}=4"];
  assert.equal((await compared(rows, rows)).differing, 0);
});

test("rows in another order are no table that could be compared", async () => {
  await assert.rejects(compared(["b=1 a=1"], ["a=1 b=1"]), /a comes behind b/);
  await assert.rejects(compared(["a=1 a=1"], ["a=1"]), /a comes behind a/);
});
