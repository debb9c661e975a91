import assert from "node:assert/strict";
import { test } from "node:test";
import { noCounts } from "./counts.ts";
import { defaultDetectorSettings, Detector } from "./detector.ts";
import { keyOf, type Path } from "./segment.ts";
import { MINUTES_PER_BIN } from "./slots.ts";

const settings = {
  ...defaultDetectorSettings,
  learnMinutes: MINUTES_PER_BIN,
};

const path: Path = ["stripe", "default", "EUR", "card visa"];

test("payments that begin amid a quarter of an hour are learnt from whole ones before they are judged", () => {
  const detector = new Detector(settings);
  // The first minute has the end of one alone, and is the last of its bin.
  const first = 100 * MINUTES_PER_BIN - 1;
  const found = [];
  for (let minute = first; minute < first + 4 * MINUTES_PER_BIN; minute++) {
    const count = minute === first ? 9 : 60;
    const of = { payments: count, facts: count };
    found.push(...detector.judge(
      minute,
      new Map([[keyOf(path), { path, counts: { ...noCounts(), of } }]]),
    ));
  }
  assert.deepEqual(found, []);
  assert.ok(detector.outlook().some(({ signal }) => signal === "volume"));
});

test("what was counted before anything was learnt is not shown beside what is expected", () => {
  const detector = new Detector(settings);
  const first = 100 * MINUTES_PER_BIN;
  let shown = 0;
  for (let minute = first; minute < first + 3 * MINUTES_PER_BIN; minute++) {
    const of = { payments: 60, facts: 60 };
    detector.judge(
      minute,
      new Map([[keyOf(path), { path, counts: { ...noCounts(), of } }]]),
    );
    const volume = detector.outlook().find(({ signal }) => signal === "volume");
    if (volume === undefined || volume.expected === 0) continue;
    shown++;
    assert.ok(
      Math.abs(volume.observed / volume.expected - 1) < 0.1,
      `${volume.observed} beside ${volume.expected} in minute ${minute}`,
    );
  }
  assert.ok(shown > 0);
});
