import assert from "node:assert/strict";
import { test } from "node:test";
import { type Explained, fewOfEachCause } from "./few_of_each_cause.ts";

function explained(
  cause: "too_large" | "empty_body",
  { provider = "provider", refusals = 1 } = {},
): Explained {
  const refused = {
    provider,
    refusal: cause,
    headers: new Headers(),
    body: "not_there",
    bodyBytes: undefined,
    sender: "unknown",
    atMs: 0,
  } as const;
  return { refused, why: { cause }, refusals };
}

test("of each cause of each provider there are three, which stand for all", () => {
  const all = [
    ...[1, 2, 3, 4, 5].map((refusals) => explained("too_large", { refusals })),
    explained("empty_body", { refusals: 7 }),
    explained("too_large", { provider: "another" }),
  ];
  assert.deepEqual(
    fewOfEachCause(all).map(({ refused: { provider }, why, refusals }) => [
      provider,
      why.cause,
      refusals,
    ]),
    [
      ["provider", "too_large", 1],
      ["provider", "too_large", 2],
      ["provider", "too_large", 3 + 4 + 5],
      ["provider", "empty_body", 7],
      ["another", "too_large", 1],
    ],
  );
});
