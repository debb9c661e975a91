import assert from "node:assert/strict";
import { test } from "node:test";
import { takeTurns } from "./comparison.ts";

test("all go once a round, each round another one first, and know the last round", async () => {
  const went: string[] = [];
  await takeTurns(turns(2), subjects(went));
  assert.deepEqual(went, ["a", "b", "c", "b last", "c last", "a last"]);
});

test("nobody goes once it is stopped", async () => {
  const went: string[] = [];
  const stopping = AbortSignal.abort(new Error("stopped"));
  await assert.rejects(
    takeTurns({ ...turns(2), stopping }, subjects(went)),
    /stopped/,
  );
  assert.deepEqual(went, []);
});

function turns(rounds: number) {
  return { rounds, say: () => {}, stopping: new AbortController().signal };
}

function subjects(went: string[]) {
  return ["a", "b", "c"].map((name) => ({
    name,
    go({ isLast }: { isLast: boolean }) {
      went.push(isLast ? `${name} last` : name);
      return Promise.resolve();
    },
  }));
}
