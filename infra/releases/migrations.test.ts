import assert from "node:assert/strict";
import { test } from "node:test";
import { changedMigrations } from "./migrations.ts";

const released = new Map([["0001_a.sql", "a"], ["0002_b.sql", "b"]]);

test("a released migration that is changed, or gone, is named with what to do", () => {
  const ours = new Map([["0001_a.sql", "a "], ["0003_c.sql", "c"]]);
  assert.deepEqual(changedMigrations("m", { released, ours }), [
    "m/0001_a.sql is released, and has other bytes than when it was: take it back as it was, and change the schema by a further migration.",
    "m/0002_b.sql is released, and is not there: bring it back from the release, and undo it by a further migration.",
  ]);
});

test("a further migration comes behind those that are released, and before none", () => {
  const later = new Map([...released, ["0003_c.sql", "c"]]);
  assert.deepEqual(changedMigrations("m", { released, ours: later }), []);
  const between = new Map([["0001_z.sql", "z"], ...released]);
  assert.deepEqual(changedMigrations("m", { released, ours: between }), [
    "m/0001_z.sql comes before 0002_b.sql, which is released and applied: give it a later number.",
  ]);
});
