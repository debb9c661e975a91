import assert from "node:assert/strict";
import { test } from "node:test";
import { Flow, ratesOf } from "./flow.ts";

test("the lag of a group is told in records and in seconds, and rates by what came in", async () => {
  let nowMs = 0;
  let [end, position] = [0, 0];
  const flow = new Flow({
    admin: {
      startOffsets: () => Promise.resolve(new Map([[0, 0]])),
      endOffsets: () => Promise.resolve(new Map([[0, end]])),
      positions: () => Promise.resolve(new Map([[0, position]])),
      members: () => Promise.resolve(1),
    },
    topics: ["raw"],
    groups: [{ service: "validator", group: "g", topic: "raw" }],
    clockMs: () => nowMs,
  });
  for (const next of [0, 30, 60, 90]) {
    end = next;
    await flow.now();
    nowMs += 15_000;
  }
  assert.deepEqual(ratesOf(flow.samples, "raw"), [2, 2, 2]);
  position = 45;
  const { groups: [group] } = await flow.now();
  assert.equal(group?.lag, 45);
  // Record 45 came between the samples of seconds 15 and 30; it is second 60.
  assert.equal(group?.lagSeconds, 30);
});

test("what Kafka does not tell is said, and the rest is shown", async () => {
  const flow = new Flow({
    admin: {
      startOffsets: () => Promise.reject(new Error("not authorized")),
      endOffsets: () => Promise.reject(new Error("not authorized")),
      positions: () => Promise.resolve(new Map()),
      members: () => Promise.resolve(0),
    },
    topics: ["raw"],
    groups: [{ service: "validator", group: "g", topic: "raw" }],
    clockMs: () => 0,
  });
  const { topics: [topic], groups: [group] } = await flow.now();
  assert.match(topic?.why ?? "", /not authorized/);
  assert.match(group?.why ?? "", /not authorized/);
});
