import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { Committed } from "#kafka/port.ts";
import { Decisions } from "./decisions.ts";

function setUp() {
  const positions = new Map<number, Committed | "away">();
  let joined = 0;
  const decisions = new Decisions({
    admin: {
      position: (_group, _topic, partition) => {
        const position = positions.get(partition);
        return position === "away"
          ? Promise.reject(new Error("away"))
          : Promise.resolve(position);
      },
    },
    groupId: "g",
    topic: "t",
    rejoin: () => joined++,
  });
  return { positions, decisions, joined: () => joined };
}

test("where a stopped partition's position is moved, or decided anew, the group is joined once", async () => {
  for (
    const moved of [{ nextOffset: 5, note: "" }, { nextOffset: 9, note: "d" }]
  ) {
    const { positions, decisions, joined } = setUp();
    positions.set(1, { nextOffset: 9, note: "" });
    decisions.await(1);
    await decisions.look();
    assert.equal(joined(), 0);
    positions.set(1, moved);
    await decisions.look();
    await decisions.look();
    assert.equal(joined(), 1);
  }
});

test("a partition that was given away, or of which Kafka does not say, is no reason to join anew", async () => {
  const { positions, decisions, joined } = setUp();
  positions.set(1, { nextOffset: 9, note: "" });
  decisions.await(1);
  decisions.forget(1);
  positions.set(1, { nextOffset: 5, note: "" });
  await decisions.look();
  positions.set(2, "away");
  decisions.await(2);
  await decisions.look();
  positions.set(2, { nextOffset: 9, note: "" });
  await decisions.look();
  await decisions.look();
  assert.equal(joined(), 0);
  positions.set(2, { nextOffset: 8, note: "" });
  await decisions.look();
  assert.equal(joined(), 1);
});

test("Kafka is not asked again while it has not answered yet", async () => {
  const answers: (() => void)[] = [];
  const decisions = new Decisions({
    admin: {
      position: () =>
        new Promise((resolve) => answers.push(() => resolve(undefined))),
    },
    groupId: "g",
    topic: "t",
    rejoin() {},
  });
  decisions.await(1);
  answers.shift()?.();
  const first = decisions.look();
  await setImmediate();
  const others = [decisions.look(), decisions.look()];
  await setImmediate();
  assert.equal(answers.length, 1);
  answers.shift()?.();
  await Promise.all([first, ...others]);
  const later = decisions.look();
  await setImmediate();
  assert.equal(answers.length, 1);
  answers.shift()?.();
  await later;
});
