import assert from "node:assert/strict";
import { test } from "node:test";
import {
  EVENTFLOW,
  type Goal,
  type Measurement,
  type Ratio,
} from "./result.ts";
import {
  judgeGoal,
  judgeRatio,
  median,
  range,
  ratio,
  regressions,
} from "./ratios.ts";

test("the median is the middle value, between the two middle ones of an even number", () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([9, 1, 5, 7]), 6);
  assert.equal(median([3]), 3);
});

test("no values have neither a median nor a range", () => {
  assert.equal(median([]), undefined);
  assert.equal(range([]), undefined);
});

test("the range is from the least to the most", () => {
  assert.deepEqual(range([5, -1, 9]), { least: -1, most: 9 });
});

const ours = measurement({ subject: EVENTFLOW, values: [120, 90, 200] });
const theirs = measurement({ subject: "gateway", values: [100, 100, 100] });
const compared = {
  measurements: [ours, theirs],
  stage: "intake",
  figure: "requests per second",
  of: EVENTFLOW,
  to: "gateway",
} as const;

test("a ratio divides the values of the same round", () => {
  assert.deepEqual(ratio({ ...compared, target: 1 }), {
    stage: "intake",
    figure: "requests per second",
    of: EVENTFLOW,
    to: "gateway",
    better: "more",
    values: [1.2, 0.9, 2],
    target: 1,
  });
});

test("a round that one of the two does not have, or has as 0, is left out of a ratio", () => {
  const other = { ...theirs, values: [100, 0] };
  const { values } = ratio({ ...compared, measurements: [ours, other] }) ?? {};
  assert.deepEqual(values, [1.2]);
});

test("there is no ratio to a subject that was not measured", () => {
  assert.equal(ratio({ ...compared, measurements: [ours] }), undefined);
  assert.equal(ratio({ ...compared, at: "500 events/s" }), undefined);
});

test("a ratio finds its circumstances by their words or by their number", () => {
  const measurements = [
    { ...ours, at: "one at a time" },
    { ...theirs, at: "one at a time" },
    { ...ours, x: { name: "bytes", value: 1000 }, values: [300] },
    { ...theirs, x: { name: "bytes", value: 1000 } },
  ];
  const at = (words: string) =>
    ratio({ ...compared, measurements, at: words })?.values;
  assert.deepEqual(at("one at a time"), [1.2, 0.9, 2]);
  assert.deepEqual(at("1,000 bytes"), [3]);
});

test("a subject that was measured twice under the same circumstances is an error", () => {
  assert.throws(
    () => ratio({ ...compared, measurements: [ours, ours, theirs] }),
    /Cannot compare EventFlow as .* must be measured once: .* 2/,
  );
});

test("a target of what is better if more is reached from it upwards, by the median", () => {
  const oneOf = (values: number[]) => ratioWith({ target: 1, values });
  assert.equal(judgeRatio(oneOf([0.1, 1, 1.1])), "reached");
  assert.equal(judgeRatio(oneOf([0.1, 0.99, 5])), "missed");
});

test("a target of what is better if less is reached from it downwards, by the median", () => {
  const oneOf = (values: number[]) =>
    ratioWith({ better: "less", target: 1, values });
  assert.equal(judgeRatio(oneOf([0.1, 1, 5])), "reached");
  assert.equal(judgeRatio(oneOf([0.1, 1.01, 5])), "missed");
});

test("a ratio without target or without values is not judged", () => {
  assert.equal(judgeRatio(ratioWith({ values: [1] })), "no target");
  assert.equal(
    judgeRatio(ratioWith({ values: [], target: 1 })),
    "not measured",
  );
});

test("a goal is reached where the median is at most what it says", () => {
  const oneOf = (values: number[]): Goal => ({
    stage: "start",
    figure: "time until ready",
    subject: EVENTFLOW,
    unit: "s",
    atMost: 5,
    values,
  });
  assert.equal(judgeGoal(oneOf([4, 5, 60])), "reached");
  assert.equal(judgeGoal(oneOf([4, 5.1, 60])), "missed");
  assert.equal(judgeGoal(oneOf([])), "not measured");
});

test("where more is better, less than half of the recorded ratio is a regression", () => {
  const recorded = [{ ...ratioWith({}), median: 2 }];
  assert.deepEqual(regressions([ratioWith({ values: [1] })], recorded), []);
  assert.deepEqual(regressions([ratioWith({ values: [0.99] })], recorded), [
    "intake, requests per second: EventFlow is at 0.99 × gateway, less than half of the 2.00 × recorded.",
  ]);
});

test("where less is better, more than twice the recorded ratio is a regression", () => {
  const one = ratioWith({ better: "less", at: "night" });
  const recorded = [{ ...one, median: 0.5 }];
  assert.deepEqual(regressions([{ ...one, values: [1] }], recorded), []);
  assert.deepEqual(regressions([{ ...one, values: [1.01] }], recorded), [
    "intake, requests per second, night: EventFlow is at 1.01 × gateway, more than twice the 0.50 × recorded.",
  ]);
});

test("a ratio that was not recorded, or not measured, is no regression", () => {
  const recorded = [{ ...ratioWith({}), median: 9 }];
  const elsewhere = ratioWith({ values: [0.1], at: "night" });
  assert.deepEqual(regressions([elsewhere], recorded), []);
  assert.deepEqual(regressions([ratioWith({ values: [] })], recorded), []);
  assert.deepEqual(regressions([], recorded), []);
});

function measurement(change: Partial<Measurement>): Measurement {
  return {
    stage: "intake",
    figure: "requests per second",
    unit: "",
    better: "more",
    subject: EVENTFLOW,
    values: [],
    ...change,
  };
}

function ratioWith(change: Partial<Ratio>): Ratio {
  return {
    stage: "intake",
    figure: "requests per second",
    of: EVENTFLOW,
    to: "gateway",
    better: "more",
    values: [],
    ...change,
  };
}
