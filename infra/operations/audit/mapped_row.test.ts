import assert from "node:assert/strict";
import { test } from "node:test";
import { factRecord } from "#kit/mapped_fact.ts";
import { differenceOf } from "./mapped_row.ts";
import type { StoredRow } from "./rows.ts";

const own = { topic: "events.validated.v1", partition: 0, offset: 7 };
const elsewhere = { ...own, offset: 3 };

const difference = (
  { version, isSource = false, ...stored }:
    & Partial<StoredRow>
    & { version: number; isSource?: boolean },
) =>
  differenceOf({ record: factRecord(own.offset, { version }) }, {
    isSource,
    stored: { source: elsewhere, differsIn: [], ...stored },
  });

test("a fact whose row is of a higher version is outdated, whatever it says", () => {
  const stored = { mappingVersion: 2, differsIn: ["amount", "payload"] };
  assert.equal(difference({ version: 1, ...stored }), "outdated");
});

test("a fact whose row is of a lower version should have taken its place", () => {
  assert.deepEqual(difference({ version: 3, mappingVersion: 2 }), [
    "mapping_version",
  ]);
});

test("two tellings of a fact may differ in time and description, and in nothing else", () => {
  const all = ["event_type", "timestamp", "payload", "amount"];
  const stored = { mappingVersion: 2, differsIn: all };
  assert.deepEqual(difference({ version: 2, ...stored }), [
    "event_type",
    "amount",
  ]);
});

test("a record's own row has everything it says, and its version", () => {
  const stored = { isSource: true, source: own };
  assert.deepEqual(
    difference({
      version: 2,
      mappingVersion: 2,
      differsIn: ["timestamp"],
      ...stored,
    }),
    ["timestamp"],
  );
  assert.deepEqual(
    difference({ version: 2, mappingVersion: 3, ...stored }),
    ["mapping_version"],
  );
});

test("a record whose row was superseded since rows were read is accounted for", () => {
  assert.deepEqual(
    difference({
      version: 2,
      mappingVersion: 3,
      isSource: true,
      differsIn: ["amount"],
    }),
    [],
  );
});

test("of an event that was not mapped, or whose row was not, nothing may differ", () => {
  const differsIn = ["payload"];
  assert.deepEqual(difference({ version: 0, mappingVersion: 2, differsIn }), [
    "payload",
  ]);
  assert.deepEqual(difference({ version: 2, differsIn }), ["payload"]);
});
