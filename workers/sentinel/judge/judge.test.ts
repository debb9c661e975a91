import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogRecord } from "../counts/counts_log.ts";
import { defaultDetectorSettings } from "../detection/detector.ts";
import { MINUTE_MS } from "../detection/slots.ts";
import { Judge, type JudgeSettings } from "./judge.ts";

const settings: JudgeSettings = {
  ...defaultDetectorSettings,
  learnMinutes: 60,
  graceMs: 0,
  gapMs: 60_000,
  lagMs: 120_000,
};

const START = 29_000_160;
const WARM = 300;

/** Six payments in a minute. */
function counts(at: number): LogRecord {
  return {
    kind: "counts",
    topic: "validated",
    partition: 0,
    from: at,
    next: at + 1,
    slots: [{
      minute: START + at,
      path: ["stripe", "default", "EUR", "card"],
      counts: { of: { payments: 6, facts: 6 }, amounts: {}, money: {} },
    }],
  };
}

/** At the end of a minute, of whatever was taken in by the end of another. */
function heartbeat(at: number, reached = at): LogRecord {
  return {
    kind: "heartbeat",
    at: (START + at + 1) * MINUTE_MS,
    reached: (START + reached + 1) * MINUTE_MS,
  };
}

function warm(): Judge {
  const judge = new Judge(settings);
  for (let at = 0; at < WARM; at++) {
    judge.take(counts(at));
    judge.take(heartbeat(at));
  }
  return judge;
}

const take = (judge: Judge, log: readonly LogRecord[]) =>
  log.flatMap((record) => judge.take(record));

const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => from + index);

test("ten minutes in which nobody sends are an anomaly", () => {
  const silent = range(WARM, WARM + 10).map((at) => heartbeat(at));
  const [found] = take(warm(), silent);
  assert.equal(found?.state, "opened");
  assert.equal(found.alarm.series, "volume");
});

test("ten minutes in which the validator is away are none, nor is the time after them", () => {
  const judge = warm();
  const away = range(WARM, WARM + 10).map((at) => heartbeat(at, WARM - 1));
  assert.deepEqual(take(judge, away), []);
  // Then all comes at once.
  const after = [
    ...range(WARM, WARM + 10).map(counts),
    ...range(WARM + 10, WARM + 60).flatMap((at) => [counts(at), heartbeat(at)]),
  ];
  assert.deepEqual(take(judge, after), []);
});

test("ten minutes without heartbeats are none, though what was sent in them never came", () => {
  const judge = warm();
  const after = range(WARM + 10, WARM + 60).flatMap((
    at,
  ) => [counts(at), heartbeat(at)]);
  assert.deepEqual(take(judge, after), []);
});

test("a judge goes on from its state, written and read, as if it had never stopped", () => {
  const straight = warm();
  const log = range(WARM, WARM + 90).flatMap((at) =>
    at < WARM + 20 ? [heartbeat(at)] : [counts(at), heartbeat(at)]
  );
  const expected = take(straight, log);
  let judge = warm();
  const found = log.flatMap((record) => {
    judge = new Judge(settings, JSON.parse(JSON.stringify(judge.state)));
    return judge.take(record);
  });
  assert.equal(expected.length, 2);
  assert.deepEqual(found, expected);
  assert.equal(JSON.stringify(judge.state), JSON.stringify(straight.state));
});
