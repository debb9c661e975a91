import assert from "node:assert/strict";
import { test } from "node:test";
import { describeFlow } from "./flow.ts";

const before = {
  accepted: 10,
  validated: 10,
  stored: 9,
  deadLettered: 1,
  lag: 1,
};

test("a line says what flowed per second, and dead letters and lag as they are", () => {
  const after = {
    accepted: 60,
    validated: 55,
    stored: 54,
    deadLettered: 3,
    lag: 4,
  };
  assert.equal(
    describeFlow(before, after, 10),
    "accepted 5.0/s · validated 4.5/s · stored 4.5/s · dead-lettered 3 (total) · lag 4",
  );
});

test("a service that was restarted counts from 0 again", () => {
  const after = { ...before, validated: 5 };
  assert.match(describeFlow(before, after, 1), /validated 5\.0\/s/);
});

test("what a service that is away would say is unknown", () => {
  const after = { ...before, stored: undefined };
  assert.match(describeFlow(before, after, 1), /stored \?/);
});
