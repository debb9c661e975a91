import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cluster } from "../cluster.ts";
import { KeptCluster } from "./kept_cluster.ts";

type Opened = Pick<Cluster, "disconnect"> & { number: number };

function keeping(open?: () => Promise<void>) {
  const told: string[] = [];
  let count = 0;
  const kept = new KeptCluster<Opened>(async () => {
    const number = ++count;
    told.push(`open ${number}`);
    await open?.();
    return {
      number,
      disconnect() {
        told.push(`leave ${number}`);
        return Promise.resolve();
      },
    };
  });
  return { kept, told };
}

const number = ({ number }: Opened) => Promise.resolve(number);
const fail = () => Promise.reject(new Error("away"));

test("one cluster serves all who ask, at once and later", async () => {
  const { kept, told } = keeping();
  assert.deepEqual(
    await Promise.all([kept.use(number), kept.use(number)]),
    [1, 1],
  );
  assert.equal(await kept.use(number), 1);
  assert.deepEqual(told, ["open 1"]);
  await kept.close();
  assert.deepEqual(told, ["open 1", "leave 1"]);
});

test("whoever asks after a failure gets another, and whoever still asks is not cut off", async () => {
  const { kept, told } = keeping();
  const answer = Promise.withResolvers<void>();
  const asking = kept.use(async ({ number }) => {
    await answer.promise;
    return number;
  });
  await assert.rejects(kept.use(fail), /away/);
  assert.equal(await kept.use(number), 2);
  assert.deepEqual(told, ["open 1", "open 2"]);
  answer.resolve();
  assert.equal(await asking, 1);
  assert.deepEqual(told, ["open 1", "open 2", "leave 1"]);
});

test("what could not be opened is not kept", async () => {
  let isAway = true;
  const { kept, told } = keeping(() => isAway ? fail() : Promise.resolve());
  await assert.rejects(kept.use(number), /away/);
  isAway = false;
  assert.equal(await kept.use(number), 2);
  assert.deepEqual(told, ["open 1", "open 2"]);
});
