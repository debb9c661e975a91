import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  holdElections,
  planElections,
  type PlannedElection,
} from "./elections.ts";

const runs = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
  minutes: fc.integer({ min: 2, max: 90 }),
});

test("the same seed gives the same elections, another seed others, and a lone broker has none", () => {
  fc.assert(fc.property(runs, (run) => {
    const plan = (seed: number) => planElections({ ...run, seed, brokers: 3 });
    assert.deepEqual(plan(run.seed), plan(run.seed));
    assert.notDeepEqual(plan(run.seed), plan(run.seed + 1));
    assert.deepEqual(planElections({ ...run, brokers: 1 }), []);
  }));
});

test("leaders move several times a minute, in order, and none in the calm at the end", () => {
  fc.assert(fc.property(runs, (run) => {
    const times = planElections({ ...run, brokers: 3 })
      .map(({ atSeconds }) => atSeconds);
    assert.equal(times.length, 8 * run.minutes);
    assert.deepEqual(times, times.toSorted((a, b) => a - b));
    const calmFrom = run.minutes * 60 - Math.min(60, run.minutes * 12);
    assert.ok(times.every((at) => at >= 8 && at <= calmFrom));
  }));
});

test("every partition that matters is led anew within five minutes", () => {
  const elections = planElections({ seed: 7, minutes: 5, brokers: 3 });
  const places = elections.map(({ topic, partition }) =>
    `${topic}/${partition}`
  );
  for (
    const [topic, partitions] of [
      ["events.raw.v1", 3],
      ["events.validated.v1", 3],
      ["events.dlq.v1", 1],
      ["__consumer_offsets", 5],
      ["__transaction_state", 5],
    ] as const
  ) {
    for (let partition = 0; partition < partitions; partition++) {
      assert.ok(
        places.includes(`${topic}/${partition}`),
        `${topic}/${partition}`,
      );
    }
  }
});

const election = (atSeconds: number): PlannedElection => ({
  atSeconds,
  topic: "events.raw.v1",
  partition: 2,
});

test("an election that fails is tried again until another broker leads", async () => {
  const said: string[] = [];
  let attempts = 0;
  const [held] = await holdElections([election(0)], {
    clock: () => 3,
    say: (line) => said.push(line),
    over: new AbortController().signal,
    move() {
      if (++attempts < 3) return Promise.reject(new Error("not now"));
      return Promise.resolve({ from: 1, to: 3 });
    },
  });
  assert.equal(attempts, 3);
  assert.equal(held?.movedSeconds, 3);
  assert.deepEqual(said, [
    "leader of partition 2 of events.raw.v1: from kafka-1 to kafka-3",
  ]);
});

test("an election that goes on failing is given up with the reason, and the next is held", async () => {
  let now = 0;
  const held = await holdElections([election(0), election(1)], {
    clock: () => now,
    say: () => {},
    over: new AbortController().signal,
    move() {
      if (now > 20) return Promise.resolve({ from: 1, to: 2 });
      now += 30;
      return Promise.reject(new Error("no replica is in sync"));
    },
  });
  assert.deepEqual(held.map(({ movedSeconds }) => movedSeconds), [
    undefined,
    30,
  ]);
  assert.match(held[0]?.note ?? "", /not moved: no replica is in sync/);
});

test("no election is begun once the run is over", async () => {
  const over = new AbortController();
  const held = await holdElections([election(0), election(3_600)], {
    clock: () => 0,
    say: () => over.abort(),
    over: over.signal,
    move: () => Promise.resolve({ from: 1, to: 2 }),
  });
  assert.equal(held.length, 1);
});
