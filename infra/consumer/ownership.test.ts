import assert from "node:assert/strict";
import { test } from "node:test";
import { Readiness } from "#runtime/health.ts";
import { silentLog } from "#runtime/log.ts";
import { Ownership } from "./ownership.ts";

/** A member that owns some partitions, in a group that deals out what the test says. */
function member({ mine, owned }: { mine: number[]; owned: number[] }) {
  const readiness = new Readiness();
  const group: { owned: readonly number[] | undefined } = { owned };
  let asked = 0;
  let now = 0;
  const rejoins: number[] = [];
  const ownership = new Ownership({
    admin: {
      owned: () => {
        asked++;
        return Promise.resolve(group.owned && new Set(group.owned));
      },
    },
    groupId: "g",
    topic: "t",
    readiness,
    log: silentLog(),
    rejoin: () => rejoins.push(now),
    clock: () => now,
  });
  ownership.assigned(mine);
  return {
    ownership,
    readiness,
    group,
    rejoins,
    asked: () => asked,
    passTo: (ms: number) => {
      now = ms;
    },
  };
}

test("a partition that is nobody's makes the owner of the first one join again, at once", async () => {
  const { ownership, readiness, rejoins } = member({
    mine: [0, 2],
    owned: [0, 1, 2],
  });
  await ownership.look([0, 1, 2]);
  assert.equal(readiness.ready, true);
  await ownership.look([0, 1, 2, 3]);
  assert.deepEqual(readiness.reasons, {
    partitions: "partition 3 of t is nobody's in g: it is joined again",
  });
  assert.deepEqual(rejoins, [0]);
});

test("the others join again where that has not helped within ten seconds", async () => {
  const { ownership, readiness, rejoins, passTo } = member({
    mine: [1],
    owned: [0, 1, 2],
  });
  await ownership.look([0, 1, 2, 3, 4]);
  assert.match(readiness.reasons.partitions ?? "", /^partition 3, 4 of t/);
  assert.deepEqual(rejoins, []);
  passTo(9_999);
  await ownership.look([0, 1, 2, 3, 4]);
  assert.deepEqual(rejoins, []);
  passTo(10_000);
  await ownership.look([0, 1, 2, 3, 4]);
  assert.deepEqual(rejoins, [10_000]);
});

test("it is ready again once each partition is somebody's", async () => {
  const { ownership, readiness, group } = member({ mine: [0], owned: [0] });
  await ownership.look([0, 1]);
  assert.equal(readiness.ready, false);
  group.owned = undefined;
  await ownership.look([0, 1]);
  assert.equal(readiness.ready, false, "while partitions are dealt out");
  group.owned = [0, 1];
  await ownership.look([0, 1]);
  assert.equal(readiness.ready, true);
});

test("a join that does not help is tried again ever more rarely", async () => {
  const { ownership, rejoins, passTo } = member({ mine: [0], owned: [0] });
  const hourMs = 3_600_000;
  for (let ms = 0; ms <= hourMs; ms += 2_000) {
    passTo(ms);
    ownership.assigned([0]);
    await ownership.look([0, 1]);
  }
  const waits = rejoins.map((at, n) => at - (rejoins[n - 1] ?? 0)).slice(1);
  assert.ok(waits.every((wait) => wait >= 10_000), `${waits}`);
  assert.ok(rejoins.length <= 100, `${rejoins.length} joins in an hour`);
});

test("the group is asked after a join and when the topic grows, and not in between", async () => {
  const { ownership, asked } = member({ mine: [0], owned: [0, 1, 2] });
  for (let n = 0; n < 5; n++) await ownership.look([0, 1]);
  assert.equal(asked(), 1);
  for (let n = 0; n < 5; n++) await ownership.look([0, 1, 2]);
  assert.equal(asked(), 2);
  ownership.assigned([0]);
  for (let n = 0; n < 5; n++) await ownership.look([0, 1, 2]);
  assert.equal(asked(), 3);
});

test("a group that is not known changes nothing", async () => {
  const readiness = new Readiness();
  const ownership = new Ownership({
    admin: { owned: () => Promise.reject(new Error("away")) },
    groupId: "g",
    topic: "t",
    readiness,
    log: silentLog(),
    rejoin: () => assert.fail("joined again"),
    clock: () => 0,
  });
  await ownership.look([0, 1]);
  assert.equal(readiness.ready, true);
});
