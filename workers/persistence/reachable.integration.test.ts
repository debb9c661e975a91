import assert from "node:assert/strict";
import { test } from "node:test";
import { sleep } from "#runtime/backoff.ts";
import { Metrics } from "#runtime/metrics.ts";
import { Database } from "#runtime/postgres/database.ts";
import { persistenceDatabase } from "#kit/persistence/persistence_database.ts";
import { keepAsking, measureReachable } from "./reachable.ts";
import { relayTo } from "#kit/persistence/relay.ts";

test("a database that goes away while no payment comes is told by the metric, and so is its return", async () => {
  await using fresh = await persistenceDatabase();
  await using relay = await relayTo(fresh.address);
  const database = new Database(
    { ...fresh.address, host: "127.0.0.1", port: relay.port },
    { poolSize: 1, statementTimeoutMs: 60_000 },
  );
  const metrics = new Metrics("persistence-writer");
  measureReachable(metrics, database);
  const stopping = new AbortController();
  const asking = keepAsking(database, {
    signal: stopping.signal,
    maxQuietMs: 10,
  });
  const untilItTells = async (reachable: number) => {
    const line = `eventflow_persistence_database_reachable ${reachable}`;
    while (!(await metrics.render()).includes(line)) await sleep(10);
  };
  try {
    await untilItTells(1);
    await relay.goDown();
    await untilItTells(0);
    await relay.comeBack();
    await untilItTells(1);
  } finally {
    stopping.abort();
    await asking;
    await database.close();
  }
});

test("a database that is asked all the time is not asked for this", async () => {
  const stopping = new AbortController();
  let looks = 0;
  await keepAsking({
    answers: true,
    get quietMs() {
      if (++looks === 3) stopping.abort();
      return 0;
    },
    use: () => assert.fail("nobody asks"),
  }, { signal: stopping.signal, maxQuietMs: 1 });
  assert.equal(looks, 3);
});
