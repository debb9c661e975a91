import assert from "node:assert/strict";
import { test } from "node:test";
import { bestExplanation, type Candidate } from "./explain.ts";

const spec = { kind: "rate" } as const;

function candidates(
  counted: Readonly<
    Record<string, readonly [observed: number, expected: number]>
  >,
): Candidate<string>[] {
  const names = Object.entries(counted);
  return names.map(([of, [observed, expected]]) => ({
    of,
    depth: of === "all" ? 0 : 1,
    peers: of === "all" ? 1 : names.length - 1,
    dispersion: 1,
    sum: { observed, expected, exposure: 10 },
  }));
}

test("if everyone has less, it is all together that has", () => {
  const found = bestExplanation(
    candidates({ all: [50, 100], stripe: [25, 50], adyen: [25, 50] }),
    spec,
    "down",
  );
  assert.equal(found, "all");
});

test("if one provider has less and the others have what they had, it is that one", () => {
  const found = bestExplanation(
    candidates({ all: [52, 100], stripe: [2, 50], adyen: [50, 50] }),
    spec,
    "down",
  );
  assert.equal(found, "stripe");
});

test("what has more explains nothing that is fewer", () => {
  const found = bestExplanation(
    candidates({ all: [95, 100], stripe: [90, 50], adyen: [5, 50] }),
    spec,
    "down",
  );
  assert.equal(found, "adyen");
});
