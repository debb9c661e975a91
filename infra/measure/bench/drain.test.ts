import assert from "node:assert/strict";
import { test } from "node:test";
import { costOf } from "./drain.ts";

const usage = {
  one: { cpuSeconds: 3, peakBytes: 150e6, lastBytes: 1 },
  other: { cpuSeconds: 1.5, peakBytes: 50e6, lastBytes: 1 },
};

test("the processes of a consumer cost what they cost together, per million records", () => {
  assert.deepEqual(costOf(usage, ["one", "other"], 450_000), {
    cpuSecondsPerMillion: 10,
    peakMegabytes: 200,
  });
});

test("a consumer of which a process was not measured has no cost", () => {
  assert.equal(costOf(usage, ["one", "third"], 450_000), undefined);
});
