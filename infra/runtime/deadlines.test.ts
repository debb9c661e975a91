import assert from "node:assert/strict";
import { test } from "node:test";
import { Deadlines } from "./deadlines.ts";

test("what is not ended in time is late, each at its own time", async () => {
  const deadlines = new Deadlines(20);
  const late: string[] = [];
  const bothLate = Promise.withResolvers<void>();
  deadlines.start(() => late.push("first"));
  const inTime = deadlines.start(() => late.push("ended"));
  deadlines.end(inTime);
  await new Promise((resolve) => setTimeout(resolve, 5));
  deadlines.start(() => {
    late.push("second");
    bothLate.resolve();
  });
  await bothLate.promise;
  assert.deepEqual(late, ["first", "second"]);
});

test("one that is started while others are found late is watched too", async () => {
  const deadlines = new Deadlines(1);
  const again = Promise.withResolvers<void>();
  deadlines.start(() => void deadlines.start(again.resolve));
  await again.promise;
});

test("of thousands that are late together, what follows from some is done before more are told", async () => {
  const deadlines = new Deadlines(1);
  const all = Promise.withResolvers<void>();
  let [told, answered, mostUnanswered] = [0, 0, 0];
  for (let n = 0; n < 5_000; n++) {
    const late = Promise.withResolvers<void>();
    late.promise.then(() => {
      if (++answered === 5_000) all.resolve();
    });
    deadlines.start(() => {
      told++;
      mostUnanswered = Math.max(mostUnanswered, told - answered);
      late.resolve();
    });
  }
  await all.promise;
  assert.ok(mostUnanswered <= 100, `${mostUnanswered} were told at once`);
});
