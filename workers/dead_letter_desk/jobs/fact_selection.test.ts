import assert from "node:assert/strict";
import { test } from "node:test";
import { PartitionError } from "#runtime/errors.ts";
import { selectFacts } from "./fact_selection.ts";

test("facts of a time of which some cannot be read are not selected in part", async () => {
  const unreadable = new PartitionError("It is damaged");
  const kafka = {
    async *read() {
      yield { partition: 0, records: [], gaps: [], nextOffset: 3, unreadable };
    },
  };
  const admin = {
    offsetsAt: (_: string, timeMs: number) =>
      Promise.resolve(new Map([[0, timeMs]])),
  };
  const asked = { topic: "topic", sinceMs: 0, untilMs: 9 };
  await assert.rejects(
    selectFacts({ kafka, admin }, asked, { most: 1 }),
    unreadable,
  );
});
