import assert from "node:assert/strict";
import { test } from "node:test";
import { DeskRefusal } from "../refusal.ts";
import { DecideRequest, PlanRequest, read } from "./requests.ts";

test("what is missing or wrong in a request is one sentence, with its place", () => {
  for (
    const [ask, sentence] of [
      [
        () => read(DecideRequest, { filter: {} }),
        "reason must be there.",
      ],
      [() => read(DecideRequest, {}), "filter must be there."],
      [
        () => read(PlanRequest, { filter: { cause: "x" } }),
        "filter.cause: must be a cause's id, or the first six or more of its digits.",
      ],
    ] as const
  ) {
    assert.throws(ask, (error) => {
      assert.ok(error instanceof DeskRefusal);
      assert.equal(error.message, sentence);
      return true;
    });
  }
});
