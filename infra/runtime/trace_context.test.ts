import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatTraceparent,
  isTraceparent,
  isTracestate,
  parseTraceparent,
} from "./trace_context.ts";

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const parent = "00f067aa0ba902b7";

test("a traceparent of the version known, or of a later one, is well-formed", () => {
  assert.ok(isTraceparent(`00-${trace}-${parent}-01`));
  assert.ok(isTraceparent(`01-${trace}-${parent}-01-what-the-future-brings`));
});

test("a traceparent with a wrong part is not", () => {
  const wrong = [
    "",
    `ff-${trace}-${parent}-01`,
    `00-${trace}-${parent}-01-more`,
    `00-${"0".repeat(32)}-${parent}-01`,
    `00-${trace}-${"0".repeat(16)}-01`,
    `00-${trace.toUpperCase()}-${parent}-01`,
    `00-${trace}-${parent}`,
    ` 00-${trace}-${parent}-01`,
  ];
  for (const text of wrong) assert.ok(!isTraceparent(text), text);
});

test("a tracestate is a list of at most 32 pairs", () => {
  assert.ok(isTracestate("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"));
  assert.ok(isTracestate("tenant@vendor=a b , other=1,"));
  const many = Array.from({ length: 33 }, (_, index) => `k${index}=v`);
  assert.ok(isTracestate(many.slice(1).join(",")));
  const wrong = ["", ",", "no-value", "=v", "UPPER=v", "k=ü", many.join(",")];
  for (const text of wrong) assert.ok(!isTracestate(text), text);
});

test("a tracestate that would be slow to match is answered at once", () => {
  assert.ok(!isTracestate(`k=${" ".repeat(100_000)}`));
});

test("a traceparent is read into its parts, and written as it was", () => {
  for (const [flags, isSampled] of [["00", false], ["01", true]] as const) {
    const text = `00-${trace}-${parent}-${flags}`;
    const read = parseTraceparent(text);
    assert.deepEqual(read, { traceId: trace, spanId: parent, isSampled });
    assert.equal(read && formatTraceparent(read), text);
  }
  assert.equal(parseTraceparent(`00-${trace}-${parent}-03`)?.isSampled, true);
  assert.equal(parseTraceparent(`00-${trace}-${parent}`), undefined);
});
