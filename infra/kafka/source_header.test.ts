import assert from "node:assert/strict";
import { test } from "node:test";
import { headers } from "#contracts/headers.ts";
import { header } from "./headers.ts";
import { withSource } from "./source_header.ts";

test("what is forwarded names its source in place of any name that came in, and keeps the rest", () => {
  const forwarded = withSource({
    topic: "out",
    key: null,
    value: null,
    headers: [
      header(headers.source, "elsewhere/9/9"),
      header(headers.provider, "someone"),
      header(headers.source, "elsewhere/9/10"),
    ],
  }, { topic: "in", partition: 2, offset: 41, headers: [] });
  assert.deepEqual(
    forwarded.headers.map(({ name, value }) => [name, `${value}`]),
    [[headers.provider, "someone"], [headers.source, "in/2/41"]],
  );
  assert.equal(forwarded.topic, "out");
});

const forwardedFrom = (
  incoming: Readonly<Record<string, string>>,
  outgoing: Readonly<Record<string, string>> = incoming,
) => {
  const listed = (some: Readonly<Record<string, string>>) =>
    Object.entries(some).map(([name, value]) => header(name, value));
  const { headers } = withSource(
    { topic: "out", key: null, value: null, headers: listed(outgoing) },
    { topic: "in", partition: 2, offset: 41, headers: listed(incoming) },
  );
  return headers.map(({ name, value }) => [name, `${value}`]);
};

test("the origin that a replay named goes on as it came", () => {
  assert.deepEqual(forwardedFrom({ [headers.origin]: "raw/2/7" }), [
    [headers.origin, "raw/2/7"],
    [headers.source, "in/2/41"],
  ]);
});

test("what is made of a raw record says its source alone, which is its origin", () => {
  assert.deepEqual(forwardedFrom({}), [[headers.source, "in/2/41"]]);
});

for (
  const [what, incoming] of [
    ["of what was made of a raw record", { [headers.source]: "raw/2/7" }],
    ["of what says an origin", { [headers.origin]: "raw/2/7" }],
  ] as const
) {
  test(`what is made ${what} says that origin, whatever the handler passed on`, () => {
    assert.deepEqual(forwardedFrom(incoming, {}), [
      [headers.source, "in/2/41"],
      [headers.origin, "raw/2/7"],
    ]);
  });
}

test("one of several things says which it is, and a sole one does not", () => {
  const source = { topic: "in", partition: 2, offset: 41, headers: [] };
  const bare = { topic: "out", key: null, value: null, headers: [] };
  const said = (item: number, items: number) =>
    withSource(bare, source, { item, items }).headers
      .map(({ value }) => `${value}`);
  assert.deepEqual(said(2, 3), ["in/2/41#2/3"]);
  assert.deepEqual(said(1, 1), ["in/2/41"]);
});

test("what is made of one of several things says that one as its origin", () => {
  assert.deepEqual(forwardedFrom({ [headers.source]: "raw/2/7#2/3" }, {}), [
    [headers.source, "in/2/41"],
    [headers.origin, "raw/2/7#2/3"],
  ]);
});

test("which one was to be made of a record is not passed on", () => {
  assert.deepEqual(forwardedFrom({ [headers.replayItem]: "2" }), [
    [headers.source, "in/2/41"],
  ]);
});
