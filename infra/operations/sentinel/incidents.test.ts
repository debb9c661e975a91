import assert from "node:assert/strict";
import { test } from "node:test";
import { readIncidents } from "./incidents.ts";

test("an incident says when, and what it is about if that is known", () => {
  const [one] = readIncidents(JSON.stringify({
    kind: "outage",
    signal: "volume",
    segment: { provider: "stripe" },
    since: "2026-01-02T03:00:00Z",
    until: "2026-01-02T05:00:00Z",
  }));
  assert.deepEqual(one, {
    kind: "outage",
    signal: "volume",
    path: ["stripe"],
    sinceMs: Date.UTC(2026, 0, 2, 3),
    untilMs: Date.UTC(2026, 0, 2, 5),
  });
});

test("other names of begin and end are read, and numbers for times", () => {
  const [one] = readIncidents(
    `{"start": ${Date.UTC(2026, 0, 2, 3)}, "end": ${
      Date.UTC(2026, 0, 2, 5) / 1000
    }, "provider": "adyen"}\n\n`,
  );
  assert.deepEqual(one, {
    kind: "incident",
    signal: undefined,
    path: ["adyen"],
    sinceMs: Date.UTC(2026, 0, 2, 3),
    untilMs: Date.UTC(2026, 0, 2, 5),
  });
});

test("a line that is none is named", () => {
  assert.throws(
    () => readIncidents('{"since": "2026-01-02T03:00:00Z"}'),
    /^StartError: Line 1 /,
  );
});
