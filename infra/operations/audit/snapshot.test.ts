import assert from "node:assert/strict";
import { test } from "node:test";
import { ofEachConsumer } from "#contracts/services.ts";
import { ofEachTopic } from "#contracts/topics.ts";
import { CLOCK_SKEW_MS, takeSnapshot } from "./snapshot.ts";
import { stages } from "./stages.ts";

const topics = {
  ...ofEachTopic((topic) => topic),
  deadLetters: "dlq",
};
const groups = {
  ...ofEachConsumer("Group", (_, name) => name),
  validatorGroup: "v",
  persistenceGroup: "p",
};

type Admin = Parameters<typeof takeSnapshot>[0]["admin"];

/** A cluster whose topics have partitions 0 and 1 with a record a millisecond, kept from 10 to 100. */
function clusterWith(positions: Readonly<Record<string, [number, number][]>>) {
  const asked: string[] = [];
  const both = (offset: number) =>
    Promise.resolve(new Map([[1, offset], [0, offset]]));
  const answering = <T>(what: string, answer: T): T => {
    asked.push(what);
    return answer;
  };
  const admin: Admin = {
    startOffsets: () => both(10),
    highWatermarks: () => answering("end", both(100)),
    offsetsAt: (_topic, timeMs) =>
      both(Math.min(100, Math.max(10, timeMs - CLOCK_SKEW_MS))),
    positions: (group: string) =>
      answering("position", Promise.resolve(new Map(positions[group]))),
  };
  return { admin, asked };
}

const [validator, analytics, persistence, ...further] = stages;

test("every position is asked for before any end", async () => {
  const { admin, asked } = clusterWith({});
  await takeSnapshot({ admin, stages, topics, groups });
  assert.equal(asked.lastIndexOf("position") < asked.indexOf("end"), true);
});

test("without a time everything that is kept is looked at, as far as a stage has finished it", async () => {
  const { admin } = clusterWith({ v: [[0, 40], [1, 5]], p: [[0, 100]] });
  const snapshot = await takeSnapshot({ admin, stages, topics, groups });
  assert.deepEqual(
    snapshot.windows.get("raw"),
    [0, 1].map((partition) => ({
      partition,
      from: 10,
      to: 100,
      outputs: { partition, from: 10, to: 100 },
    })),
  );
  assert.ok(validator && analytics && persistence);
  assert.equal(snapshot.finished(validator, 0), 40);
  assert.equal(snapshot.finished(validator, 1), 10, "retention was faster");
  assert.equal(snapshot.finished(persistence, 0), 100);
  assert.equal(snapshot.finished(persistence, 1), 10, "never committed");
  assert.deepEqual([...snapshot.idle], [analytics, ...further]);
});

test("of a time records are looked at that came in then, and outputs from a little before up to the end", async () => {
  const { admin } = clusterWith({ v: [[0, 90]] });
  const at = (offset: number) => offset + CLOCK_SKEW_MS;
  const snapshot = await takeSnapshot({
    admin,
    stages,
    topics,
    groups,
    sinceMs: at(60),
    untilMs: at(80),
  });
  assert.deepEqual(snapshot.windows.get("raw")?.[0], {
    partition: 0,
    from: 60,
    to: 80,
    outputs: { partition: 0, from: 10, to: 100 },
  });
  assert.ok(validator);
  assert.equal(snapshot.finished(validator, 0), 80);
});
