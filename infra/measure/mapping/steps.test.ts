import assert from "node:assert/strict";
import { test } from "node:test";
import { stepTable } from "./steps.ts";

test("each step is a line with its time, its records and its rate", () => {
  const table = stepTable([
    { name: "written", count: 1_000_000, of: "webhooks", seconds: 200 },
    { name: "planned", count: 12, of: "webhooks", seconds: 0 },
  ]);
  assert.deepEqual(table.split("\n").map((line) => line.split(/ {2,}/)), [
    ["STEP", "TOOK", "OF", "PER SECOND"],
    ["written", "200 s", "1,000,000 webhooks", "5,000"],
    ["planned", "0 s", "12 webhooks", "–"],
  ]);
});
