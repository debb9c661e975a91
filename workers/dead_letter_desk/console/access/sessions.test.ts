import assert from "node:assert/strict";
import { test } from "node:test";
import { LoginLimit } from "./login_limit.ts";
import { Sessions } from "./sessions.ts";

const person = { subject: "ann", role: "operator" } as const;
const MINUTE = 60_000;

test("a session ends when nothing is done for a while, and looking by itself is not doing", () => {
  let nowMs = 0;
  const sessions = new Sessions(15 * MINUTE, () => nowMs);
  const id = sessions.open(person);
  nowMs += 14 * MINUTE;
  assert.equal(sessions.find(id, { isUse: true })?.person, person);
  nowMs += 14 * MINUTE;
  assert.ok(sessions.find(id, { isUse: false }));
  nowMs += 2 * MINUTE;
  assert.equal(sessions.find(id, { isUse: true }), undefined);
});

test("a session ends within a day however busy it is", () => {
  let nowMs = 0;
  const sessions = new Sessions(15 * MINUTE, () => nowMs);
  const id = sessions.open(person);
  for (let minutes = 0; minutes < 12 * 60; minutes += 10) {
    nowMs = minutes * MINUTE;
    assert.ok(sessions.find(id, { isUse: true }));
  }
  nowMs = 12 * 60 * MINUTE + 1;
  assert.equal(sessions.find(id, { isUse: true }), undefined);
});

test("of too many sessions the one that was away longest ends", () => {
  const sessions = new Sessions(MINUTE, () => 0);
  const [first, second] = [sessions.open(person), sessions.open(person)];
  sessions.find(first, { isUse: true });
  for (let n = 0; n < 999; n++) sessions.open(person);
  assert.ok(sessions.find(first, { isUse: true }));
  assert.equal(sessions.find(second, { isUse: true }), undefined);
});

test("whoever tries many wrong tokens has to wait, and others need not", () => {
  let nowMs = 0;
  const limit = new LoginLimit(() => nowMs);
  for (let n = 0; n < 10; n++) {
    assert.equal(limit.waitSeconds("a"), 0);
    limit.wasWrong("a");
  }
  assert.equal(limit.waitSeconds("a"), 30);
  assert.equal(limit.waitSeconds("b"), 0);
  nowMs += 30_000;
  assert.equal(limit.waitSeconds("a"), 0);
});
