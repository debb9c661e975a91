import assert from "node:assert/strict";
import { test } from "node:test";
import { TransientError } from "#runtime/errors.ts";
import { processor, received } from "#kit/kafka/test_processor.ts";
import type { CommitResult } from "./committer.ts";
import { followed } from "./follower.ts";

/** A processor whose commits end as the list says, and what its follower hears. */
async function heardOf(...ends: (CommitResult | Error)[]): Promise<number[]> {
  const heard: number[] = [];
  const follower = {
    committed: (_: number, nextOffset: number) => void heard.push(nextOffset),
  };
  const commit = followed(() => {
    const end = ends.shift() ?? { kind: "committed" };
    return end instanceof Error ? Promise.reject(end) : Promise.resolve(end);
  }, { follower, partition: 0 });
  const { processor: one, idle } = processor({
    commit: (batch) =>
      commit({
        ...batch,
        startOffset: 0,
        commitOffset: () => Promise.resolve(),
      }),
  });
  one.accept(received(8, 9));
  await idle;
  await one.end();
  return heard;
}

test("a follower hears of a batch when it is committed, once", async () => {
  assert.deepEqual(await heardOf(), [10]);
});

test("a commit that failed is not told of, and the one that came of it is", async () => {
  assert.deepEqual(await heardOf(new TransientError("away")), [10]);
});

test("a follower hears how far the group is if it is past the batch", async () => {
  assert.deepEqual(
    await heardOf({ kind: "superseded", position: 12 }),
    [12],
  );
});
