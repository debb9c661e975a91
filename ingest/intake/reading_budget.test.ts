import assert from "node:assert/strict";
import { test } from "node:test";
import { ReadingBudget, SMALL_BYTES } from "./reading_budget.ts";

const KIB = 1024;

/** A budget of 400 KiB, of which 300 are for large bodies, and bodies that note when they are given up. */
function budget() {
  let nowMs = 0;
  const givenUp: string[] = [];
  const all = new ReadingBudget(400 * KIB, { clock: () => nowMs });
  return {
    all,
    givenUp,
    wait: (ms: number) => void (nowMs += ms),
    body: (name: string, peer = "p") => {
      const one = all.enter(peer, () => givenUp.push(name));
      return { grow: (bytes: number) => all.grow(one, bytes), one };
    },
  };
}

test("what is held is counted, and given back once", () => {
  const { all, body } = budget();
  const { one, grow } = body("a");
  assert.ok(grow(10 * KIB));
  assert.ok(grow(100 * KIB));
  assert.equal(all.bytes, 100 * KIB);
  all.leave(one);
  all.leave(one);
  assert.equal(all.bytes, 0);
});

test("large bodies leave room for small ones", () => {
  const { all, givenUp, body } = budget();
  for (const name of ["a", "b", "c"]) assert.ok(body(name).grow(100 * KIB));
  assert.ok(!body("d").grow(SMALL_BYTES + 1));
  for (let n = 0; n < 6; n++) assert.ok(body(`small ${n}`).grow(SMALL_BYTES));
  assert.equal(all.bytes, 396 * KIB);
  assert.deepEqual(givenUp, []);
});

test("a small body that grows large counts as large from then on", () => {
  const { body } = budget();
  const grown = body("grown");
  assert.ok(grown.grow(SMALL_BYTES));
  assert.ok(grown.grow(300 * KIB));
  assert.ok(!body("b").grow(SMALL_BYTES + 1));
});

test("without room, the body that has been arriving longest gives way, but none that has just begun", () => {
  const { givenUp, body, wait } = budget();
  for (const name of ["first", "second", "third"]) {
    assert.ok(body(name).grow(100 * KIB));
    wait(200);
  }
  const next = body("next");
  assert.ok(next.grow(100 * KIB));
  assert.deepEqual(givenUp, ["first"]);
  assert.ok(!body("after").grow(250 * KIB));
});

test("the peer that holds most gives way", () => {
  const { givenUp, body, wait } = budget();
  assert.ok(body("of a", "a").grow(100 * KIB));
  assert.ok(body("of b", "b").grow(90 * KIB));
  assert.ok(body("also of b", "b").grow(110 * KIB));
  wait(1_000);
  assert.ok(body("new", "a").grow(50 * KIB));
  assert.deepEqual(givenUp, ["of b"]);
});

test("one body of the largest size always has room in an empty budget", () => {
  const all = new ReadingBudget(100, { largestBytes: 100 });
  assert.ok(all.grow(all.enter("p", () => {}), 100));
});
