import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTime } from "./times.ts";

const now = Date.parse("2026-01-31T12:00:00Z");

for (
  const [text, expected] of [
    ["2026-01-31T11:00:00Z", "2026-01-31T11:00:00.000Z"],
    ["2026-01-31T11:00:00.25+02:00", "2026-01-31T09:00:00.250Z"],
    ["90s", "2026-01-31T11:58:30.000Z"],
    ["15m", "2026-01-31T11:45:00.000Z"],
    ["2h", "2026-01-31T10:00:00.000Z"],
    ["30d", "2026-01-01T12:00:00.000Z"],
  ] as const
) {
  test(`${text} is a time`, () => {
    const timeMs = parseTime(text, now);
    assert.equal(timeMs && new Date(timeMs).toISOString(), expected);
  });
}

for (
  const text of [
    "",
    "yesterday",
    "2026-01-31",
    "2026-01-31T11:00:00",
    "2026-02-30T11:00:00Z",
    "1.5h",
    "-1h",
    "15 m",
    "15",
  ]
) {
  test(`${JSON.stringify(text)} is no time`, () => {
    assert.equal(parseTime(text, now), undefined);
  });
}
