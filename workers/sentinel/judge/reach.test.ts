import assert from "node:assert/strict";
import { test } from "node:test";
import { Reach } from "./reach.ts";

function cluster() {
  const ends = new Map([["raw", 10], ["validated", 5]]);
  const positions = new Map([["validator", 10], ["sentinel", 5]]);
  const of = (map: ReadonlyMap<string, number>, name: string) =>
    Promise.resolve(new Map([[0, map.get(name) ?? 0]]));
  const admin = {
    startOffsets: () => Promise.resolve(new Map([[0, 0]])),
    highWatermarks: (topic: string) => of(ends, topic),
    positions: (group: string) => of(positions, group),
  };
  const reach = new Reach(admin, [
    { topic: "raw", groupId: "validator" },
    { topic: "validated", groupId: "sentinel" },
  ]);
  return { ends, positions, reach };
}

test("all is counted until now if nobody is behind", async () => {
  const { reach } = cluster();
  assert.equal(await reach.look(1_000), 1_000);
});

test("what the validator has not worked on is not counted", async () => {
  const { ends, positions, reach } = cluster();
  await reach.look(1_000);
  ends.set("raw", 12);
  assert.equal(await reach.look(2_000), 1_000);
  assert.equal(await reach.look(3_000), 1_000);
  positions.set("validator", 12);
  ends.set("validated", 7);
  assert.equal(await reach.look(4_000), 1_000);
  positions.set("sentinel", 7);
  // What was noted at 2,000 is counted, and so is all that there is now.
  assert.equal(await reach.look(5_000), 5_000);
});

test("under steady traffic it is known up to the time of an earlier look", async () => {
  const { ends, positions, reach } = cluster();
  for (let round = 1; round <= 3; round++) {
    ends.set("raw", 10 + 10 * round);
    const reached = await reach.look(1_000 * round);
    assert.equal(reached, Math.max(0, 1_000 * (round - 1)));
    positions.set("validator", 10 + 10 * round);
    ends.set("validated", 10 * round);
    positions.set("sentinel", 10 * round);
  }
});
