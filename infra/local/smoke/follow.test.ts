import assert from "node:assert/strict";
import { test } from "node:test";
import { follow, LostError } from "./follow.ts";

const here = { place: "topic", bringer: "intake", arrived: () => "" };

/** Time that passes only while somebody waits. */
function fakeTime() {
  let nowMs = 0;
  return {
    clock: () => nowMs,
    wait: () => Promise.resolve(void (nowMs += 20)),
  };
}

test("each stop is said with the time since the start", async () => {
  const time = fakeTime();
  const said: string[] = [];
  const row = {
    place: "row",
    bringer: "persistence",
    arrived: () => time.clock() >= 60 ? "new" : undefined,
  };
  const say = (line: string) => said.push(line.trim());
  await follow([here, row], { timeoutMs: 1000, say, ...time });
  assert.deepEqual(said, ["0 ms  topic", "60 ms  row (new)"]);
});

test("who does not pass an event on in time is the suspect", async () => {
  const gone = {
    place: "row",
    bringer: "persistence",
    arrived: () => undefined,
  };
  await assert.rejects(
    follow([here, gone], { timeoutMs: 1000, say: () => {}, ...fakeTime() }),
    new LostError(
      "persistence",
      "persistence has not brought it from topic to row within 1 s",
    ),
  );
});

test("an event that went elsewhere is not waited for", async () => {
  const astray = {
    place: "validated",
    bringer: "validator",
    arrived: () => undefined,
    strayed: () => "validator refused it",
  };
  const time = fakeTime();
  await assert.rejects(
    follow([here, astray], { timeoutMs: 1000, say: () => {}, ...time }),
    new LostError("validator", "validator refused it"),
  );
  assert.equal(time.clock(), 0);
});
