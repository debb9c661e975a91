import assert from "node:assert/strict";
import { test } from "node:test";
import { type AppliedFault, recoveryOf } from "./recovery.ts";
import type { Sample } from "./sample.ts";

const RATE = 100;

test("a kill is recovered from, counted from its begin, when every group has passed what came meanwhile", () => {
  const samples = timeline(60, (second) => ({
    end: second * RATE,
    position: second < 10 || second >= 25 ? second * RATE : 10 * RATE,
  }));
  const kill = fault({ beganSeconds: 10, endedSeconds: 10.1 });
  assert.deepEqual(recoveryOf(kill, samples, RATE), {
    readyAfter: 0.25,
    acceptedAfter: 0.5,
    lagAfter: 15,
  });
});

test("a pause is recovered from, counted from its end", () => {
  const samples = timeline(60, (second) => ({
    end: second * RATE,
    position: second < 10 || second >= 25 ? second * RATE : 10 * RATE,
  }));
  const pause = fault({ fault: "pause", beganSeconds: 10, endedSeconds: 20 });
  assert.equal(recoveryOf(pause, samples, RATE).lagAfter, 5);
});

test("a partition without a record since the fault does not pass for recovered", () => {
  const samples = timeline(60, (second) => ({
    end: second * 20,
    position: second <= 10 || second >= 40 ? second * 20 : 10 * 20,
  }));
  const kill = fault({ beganSeconds: 10, acceptedSeconds: 10 });
  assert.equal(recoveryOf(kill, samples, RATE).lagAfter, 30);
});

test("a group that passed the goal but is behind by half a second's traffic has not recovered", () => {
  const samples = timeline(60, (second) => ({
    end: second * RATE,
    position: second * RATE - (second >= 10 && second < 30 ? 60 : 0),
  }));
  const kill = fault({ beganSeconds: 10, endedSeconds: 10 });
  assert.equal(recoveryOf(kill, samples, RATE).lagAfter, 20);
});

test("moments in which the broker does not answer are passed over", () => {
  const samples = timeline(60, (second) => ({
    end: second * RATE,
    position: second * RATE,
  })).map((sample): Sample =>
    sample.seconds >= 10 && sample.seconds < 18
      ? { ...sample, groups: undefined }
      : sample
  );
  const kill = fault({ beganSeconds: 10, endedSeconds: 10 });
  assert.equal(recoveryOf(kill, samples, RATE).lagAfter, 9);
});

test("a lag that never comes back, or an intake that never answers, is no recovery", () => {
  const samples = timeline(60, (second) => ({
    end: second * RATE,
    position: Math.min(second, 10) * RATE,
  }));
  assert.equal(
    recoveryOf(fault({ beganSeconds: 10 }), samples, RATE).lagAfter,
    undefined,
  );
  const deaf = { ...fault({ beganSeconds: 10 }), acceptedSeconds: undefined };
  assert.deepEqual(recoveryOf(deaf, samples, RATE), {
    readyAfter: 0.25,
    acceptedAfter: undefined,
    lagAfter: undefined,
  });
});

function fault(change: Partial<AppliedFault>): AppliedFault {
  const { beganSeconds = 10 } = change;
  const endedSeconds = change.endedSeconds ?? beganSeconds;
  return {
    number: 1,
    atSeconds: beganSeconds,
    target: "validator",
    fault: "kill",
    durationSeconds: 0,
    note: "",
    beganSeconds,
    readySeconds: beganSeconds + 0.25,
    acceptedSeconds: beganSeconds + 0.5,
    ...change,
    endedSeconds,
  };
}

/** A sample a second, with one partition in every topic. */
function timeline(
  seconds: number,
  at: (second: number) => { end: number; position: number },
): Sample[] {
  return Array.from({ length: seconds }, (_, second) => {
    const { end, position } = at(second);
    const group = { ends: [end], positions: [position] };
    return {
      seconds: second,
      accepted: second * RATE,
      rows: second * RATE,
      groups: { validator: group, analytics: group, persistence: group },
      processes: {},
    };
  });
}
