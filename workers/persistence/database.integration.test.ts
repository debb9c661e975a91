import assert from "node:assert/strict";
import { test } from "node:test";
import { sleep } from "#runtime/backoff.ts";
import { FatalError, TransientError } from "#runtime/errors.ts";
import { Database } from "#runtime/postgres/database.ts";
import { storeEvents } from "./event_store.ts";
import {
  type PersistenceDatabase,
  persistenceDatabase,
} from "#kit/persistence/persistence_database.ts";
import { relayTo } from "#kit/persistence/relay.ts";
import { paymentJson } from "#kit/payment.ts";

const until = async (condition: () => boolean | Promise<boolean>) => {
  while (!await condition()) await sleep(10);
};

/** A fresh database behind a relay, and one event to store in it. */
async function behindRelay({ statementTimeoutMs = 60_000 } = {}) {
  const fresh = await persistenceDatabase();
  const relay = await relayTo(fresh.address);
  const database = new Database(
    { ...fresh.address, host: "127.0.0.1", port: relay.port },
    { poolSize: 2, statementTimeoutMs },
  );
  const store = (offset: number) =>
    storeEvents(database, [{
      json: paymentJson({ eventId: `evt-${offset}` }),
      topic: "events.validated.v1",
      partition: 0,
      offset,
      origin: { topic: "events.raw.v1", partition: 0, offset },
      receivedAt: undefined,
    }]);
  /** Tries as the runtime does: a busy machine may need longer than a short time limit. */
  const storeAtLast = async (offset: number) => {
    while (true) {
      try {
        return await store(offset);
      } catch (error) {
        if (!(error instanceof TransientError)) throw error;
      }
    }
  };
  return {
    fresh,
    relay,
    store,
    storeAtLast,
    async [Symbol.asyncDispose]() {
      await database.close();
      await relay[Symbol.asyncDispose]();
      await fresh[Symbol.asyncDispose]();
    },
  };
}

/** Holds a lock on the table until released. */
async function lockEvents({ sql }: PersistenceDatabase) {
  const locked = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const ended = sql.begin(async (tx) => {
    await tx`lock table events in access exclusive mode`;
    locked.resolve();
    await release.promise;
  });
  await locked.promise;
  return async () => {
    release.resolve();
    await ended;
  };
}

/** Waits until as many statements of persistence as given wait for a lock. */
const untilWaiting = ({ database }: PersistenceDatabase, count: number) =>
  until(() =>
    database.use(async (sql) => {
      const waiting = await sql`
        select 1 from pg_locks
        where not granted and database = (
          select oid from pg_database where datname = current_database()
        )`;
      return waiting.length === count;
    })
  );

test("a database that is down is transient, and the same pool works when it is back", async () => {
  await using it = await behindRelay();
  assert.deepEqual(await it.store(1), [{ kind: "stored" }]);
  await it.relay.goDown();
  await assert.rejects(it.store(2), TransientError);
  await assert.rejects(it.store(2), TransientError);
  await it.relay.comeBack();
  assert.deepEqual(await it.store(2), [{ kind: "stored" }]);
});

test("a database that goes away in the middle of a statement is transient", async () => {
  await using it = await behindRelay();
  const unlock = await lockEvents(it.fresh);
  const storing = it.store(1);
  storing.catch(() => {});
  await untilWaiting(it.fresh, 1);
  await it.relay.goDown();
  await assert.rejects(storing, TransientError);
  await unlock();
  await it.relay.comeBack();
  const [stored] = await it.store(1);
  assert.ok(stored?.kind === "stored" || stored?.kind === "stored_earlier");
});

test("a connection ended by an administrator is transient, and the next try connects anew", async () => {
  await using it = await behindRelay();
  const unlock = await lockEvents(it.fresh);
  const storing = it.store(1);
  storing.catch(() => {});
  await untilWaiting(it.fresh, 1);
  await it.fresh.database.use((sql) =>
    sql`
      select pg_terminate_backend(pid) from pg_locks
      where not granted and database = (
        select oid from pg_database where datname = current_database()
      )`
  );
  await assert.rejects(storing, TransientError);
  await unlock();
  assert.deepEqual(await it.store(1), [{ kind: "stored" }]);
});

test(
  "a database that hangs is transient after a bounded time, and its connections are given up",
  async () => {
    await using it = await behindRelay({ statementTimeoutMs: 100 });
    await it.storeAtLast(1);
    it.relay.hang();
    await assert.rejects(it.store(2), (error) => {
      assert.ok(error instanceof TransientError);
      assert.match(String(error.cause), /no answer within 2100 ms/);
      return true;
    });
    it.relay.wakeUp();
    await until(() => it.relay.connections === 0);
    const [stored] = await it.storeAtLast(2);
    assert.ok(stored?.kind === "stored" || stored?.kind === "stored_earlier");
  },
);

test("a server without a connection to spare costs none of those it gave", async () => {
  await using it = await behindRelay();
  await it.store(1);
  await untilWaiting(it.fresh, 0);
  const { database } = it.fresh.address;
  await it.fresh.sql.unsafe(`alter database ${database} connection limit 0`);
  const unlock = await lockEvents(it.fresh);
  const storing = it.store(2);
  await untilWaiting(it.fresh, 1);
  await assert.rejects(it.store(3), (error) => {
    assert.ok(error instanceof TransientError);
    assert.match(String(error.cause), /too many connections/);
    return true;
  });
  await unlock();
  assert.deepEqual(await storing, [{ kind: "stored" }]);
  assert.deepEqual(await it.store(3), [{ kind: "stored" }]);
});

test("a statement past its time limit is transient", async () => {
  await using it = await behindRelay({ statementTimeoutMs: 100 });
  const unlock = await lockEvents(it.fresh);
  // A busy server may be given up before it has said that it gave up itself.
  let cause = "";
  while (!/statement timeout/.test(cause)) {
    await assert.rejects(it.store(1), (error) => {
      assert.ok(error instanceof TransientError);
      cause = String(error.cause);
      return true;
    });
  }
  await unlock();
  const [stored] = await it.storeAtLast(1);
  assert.ok(stored?.kind === "stored" || stored?.kind === "stored_earlier");
});

test("a deadlock is transient", async () => {
  await using it = await behindRelay();
  const database = it.fresh.owner;
  await database.use((sql) =>
    sql`create table pair as select generate_series(1, 2) as id, 0 as n`
  );
  const bothHoldOne = Promise.withResolvers<void>();
  let holding = 0;
  const lockInOrder = (first: number, second: number) =>
    database.use((sql) =>
      sql.begin(async (tx) => {
        await tx`update pair set n = 1 where id = ${first}`;
        if (++holding === 2) bothHoldOne.resolve();
        await bothHoldOne.promise;
        await tx`update pair set n = 1 where id = ${second}`;
      })
    );
  const ends = await Promise.allSettled([lockInOrder(1, 2), lockInOrder(2, 1)]);
  const errors = ends.flatMap((end) =>
    end.status === "rejected" ? [end.reason] : []
  );
  assert.equal(errors.length, 1);
  assert.ok(errors[0] instanceof TransientError);
  assert.match(String(errors[0].cause), /deadlock/);
});

test("a table that is missing is fatal and says what to run", async () => {
  await using it = await behindRelay();
  await it.fresh.sql`drop table events cascade`;
  await assert.rejects(it.store(1), (error) => {
    assert.ok(error instanceof FatalError);
    assert.match(error.message, /run `deno task migrate`/);
    return true;
  });
});
