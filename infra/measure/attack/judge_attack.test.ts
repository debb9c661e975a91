import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer } from "./answers.ts";
import { median, type Observation, ratioOf } from "./observation.ts";
import { faultsOf } from "./judge_attack.ts";

const MB = 1_000_000;
const limits = { memoryBytes: 300 * MB, judgesLatency: true };
const answers = (ms: number, status = 202): Answer[] =>
  Array.from({ length: 100 }, () => ({ ms, status }));
const stood: Observation = {
  result: { connections: 8, bytes: 1, seconds: 1, answers: {} },
  rounds: [{ quiet: answers(2), attacked: answers(10) }],
  after: answers(2),
  kafkaHangs: false,
  isAlive: true,
  peakBytes: 300 * MB,
  afterBytes: 225 * MB,
};
const faults = (seen: Partial<Observation>) =>
  faultsOf({ ...stood, ...seen }, limits);

test("an attack is stood where memory, answers and latency stay within their limits", () => {
  assert.deepEqual(faults({}), []);
});

test("memory over the container's limit is a fault, and so is memory that is kept", () => {
  const [held, ...others] = faults({ peakBytes: 301 * MB });
  assert.match(held ?? "", /held 301 MB of memory: its container has 300 MB/);
  assert.deepEqual(others, []);
  const [kept] = faults({ afterBytes: 226 * MB });
  assert.match(kept ?? "", /kept 226 MB: more than 225 MB/);
});

test("latency is not judged where the attack took all of the machine", () => {
  const rounds = stood.rounds.map(({ quiet }) => ({
    quiet,
    attacked: quiet.map((answer) => ({ ...answer, ms: answer.ms * 11 })),
  }));
  assert.equal(faults({ rounds }).length, 1);
  assert.deepEqual(faults({ rounds, isAtFullRate: true }), []);
  assert.deepEqual(faults({ rounds, hasFewFiles: true }), []);
});

test("who is ended where descriptors are few is judged on an idle machine alone", () => {
  const seen = {
    ...stood,
    hasFewFiles: true,
    after: answers(2).with(7, { ms: 2, status: 0 }),
  };
  assert.equal(faultsOf(seen, limits).length, 1);
  assert.deepEqual(faultsOf(seen, { ...limits, judgesLatency: false }), []);
  const isAlive = false;
  const ended = faultsOf({ ...seen, isAlive }, {
    ...limits,
    judgesLatency: false,
  });
  assert.deepEqual(ended, ["the intake ended"]);
});

test("an intake that has ended is a fault, whatever it held", () => {
  assert.deepEqual(faults({ isAlive: false, afterBytes: 0 }), [
    "the intake ended",
  ]);
});

test("one signed webhook that is not accepted is a fault, whichever phase it is of", () => {
  for (
    const seen of [
      { after: answers(2).with(7, { ms: 2, status: 503 }) },
      {
        rounds: [{
          quiet: answers(2),
          attacked: answers(10).with(7, { ms: 10, status: 503 }),
        }],
      },
    ]
  ) {
    const [fault, ...others] = faults(seen);
    assert.match(fault ?? "", /^1 of 300 signed webhooks .*: 1 × 503$/);
    assert.deepEqual(others, []);
  }
  const [silent] = faults({
    after: answers(2).with(7, { ms: 9, status: 0, why: "reset" }),
  });
  assert.match(silent ?? "", /: 1 × no answer \(reset\)$/);
});

test("while Kafka hangs 503 is right, but not late, and no answer never is", () => {
  const hanging = (attacked: readonly Answer[]) =>
    faults({ kafkaHangs: true, rounds: [{ quiet: answers(2), attacked }] });
  assert.deepEqual(hanging(answers(2_500, 503)), []);
  assert.match(hanging(answers(3_001, 503))[0] ?? "", /waited 3001 ms/);
  assert.match(hanging(answers(10, 0))[0] ?? "", /100 × no answer/);
});

test("latency is judged by the median of its ratios, and only where it is asked for", () => {
  const round = (quiet: number, attacked: number) => ({
    quiet: answers(quiet),
    attacked: answers(attacked),
  });
  const rounds = [round(1, 500), round(2, 20), round(4, 8)];
  assert.equal(ratioOf({ ...stood, rounds }), 10);
  assert.deepEqual(faults({ rounds }), []);
  const slower = [round(1, 500), round(2, 21), round(4, 8)];
  assert.match(faults({ rounds: slower })[0] ?? "", /10\.5 times the quiet/);
  assert.deepEqual(
    faultsOf({ ...stood, rounds: slower }, { ...limits, judgesLatency: false }),
    [],
  );
});

test("an attack that reached nobody proves nothing", () => {
  const result = { connections: 0, bytes: 0, seconds: 1, answers: {} };
  assert.deepEqual(faults({ result }), [
    "the attackers did not connect",
  ]);
});

test("the median of an even number of values is between the middle two", () => {
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([3]), 3);
  assert.ok(Number.isNaN(median([])));
});
