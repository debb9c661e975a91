import assert from "node:assert/strict";
import { test } from "node:test";
import { nameViolations } from "./names.ts";
import { parseSource } from "./source.ts";

const found = (path: string, text: string) =>
  nameViolations(parseSource(path, text))
    .map(({ what }) => what);

test("a name on the wire that is written out is refused, and the message says where it belongs", () => {
  const source = parseSource(
    "workers/validator/handle.ts",
    `const a = 1;\nconst topic = "events.raw.v1";`,
  );
  assert.deepEqual(nameViolations(source), [{
    path: "workers/validator/handle.ts",
    line: 2,
    what: "writes out events.raw.v1",
    rule: "a name on the wire is written once, in contracts/topics.ts",
  }]);
});

test("topics, headers and event types are names on the wire", () => {
  for (
    const name of [
      "events.validated.v1",
      "events.dlq.v1",
      "eventflow-received-at",
      "traceparent",
      "X-Provider-Signature",
      "payment.authorized.v1",
    ]
  ) {
    assert.deepEqual(found("ingest/a.ts", `f("${name}")`), [
      `writes out ${name}`,
    ]);
  }
});

test("a name is found in a longer text and in a template, headers in any case", () => {
  const code = "`to events.raw.v1. ${a}`; f('x-provider-timestamp: 1')";
  assert.deepEqual(found("infra/local/a.ts", code), [
    "writes out events.raw.v1",
    "writes out X-Provider-Timestamp",
  ]);
});

test("what only resembles a name is not one", () => {
  const code =
    "f('events.raw.v10', 'my-events.raw.v1', 'the traceparent is malformed')";
  assert.deepEqual(found("infra/local/a.ts", code), []);
});

test("contracts and test code may write names out", () => {
  const code = "f('events.raw.v1')";
  assert.deepEqual(found("contracts/topics.ts", code), []);
  assert.deepEqual(found("infra/testing/kit/doubles.ts", code), []);
});
