/**
 * What persistence and the enriched writer ask of the database, on tables that are laid out by hash as a distributed PostgreSQL lays them
 * out: whatever is done for one event is done in one place.
 *
 * @module
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { headers } from "#contracts/headers.ts";
import { enrichedRecord } from "#kit/enriched.ts";
import { factRecord } from "#kit/mapped_fact.ts";
import { paymentJson } from "#kit/payment.ts";
import {
  type PersistenceDatabase,
  persistenceDatabase,
} from "#kit/persistence/persistence_database.ts";
import { handled, handledAsEnriched } from "#kit/persistence/test_handler.ts";
import { record } from "#kit/validated_record.ts";
import { layOutByHash, SHARDS } from "./hash_partitioned.ts";
import {
  type ExecutedStatement,
  explainAll,
  explained,
} from "./statement_plans.ts";

/** PostgreSQL plans a prepared statement for any values from its sixth time on. */
const TIMES = 8;

test("no statement that is executed for an event looks into more than one shard, and all of them into the same", async () => {
  await using fresh = await shardedDatabase();
  await using writer = explained(urlOf(fresh));
  const database = { use: doNothingElse(writer.sql) };
  const store = (...all: Parameters<typeof record>) =>
    handled({ database }, record(...all));
  const ends = async (
    outcome: string,
    eventId: string,
    work: () => Promise<unknown>,
  ) => {
    writer.executed.length = 0;
    assert.deepEqual(await work(), [outcome]);
    requireOneShard(writer.executed, await shardOf(fresh, eventId));
  };
  for (let n = 0; n < TIMES; n++) {
    const body = paymentJson({ eventId: `evt-${n}` });
    const other = paymentJson({ eventId: `evt-${n}`, amount: "7" });
    await ends("stored", `evt-${n}`, () => store(1, body));
    await ends("duplicate", `evt-${n}`, () => store(2, body));
    await ends("conflicting_duplicate", `evt-${n}`, () => store(3, other));

    const fact = (offset: number, version: number) => {
      const headersOf = {
        [headers.transmission]: `transmission-${n} ${"ab".repeat(32)}`,
      };
      return factRecord(offset, {
        factId: `fact-${n}`,
        version,
        amount: `${version}`,
        headers: headersOf,
      });
    };
    await ends(
      "stored",
      `stripe:main:fact-${n}`,
      () => handled({ database }, fact(4, 2)),
    );
    await ends(
      "superseded",
      `stripe:main:fact-${n}`,
      () => handled({ database }, fact(5, 3)),
    );
    await ends(
      "outdated",
      `stripe:main:fact-${n}`,
      () => handled({ database }, fact(6, 1)),
    );

    // Like the fact that it is of, in the same shard.
    const enriched = (offset: number, version: number) =>
      handledAsEnriched(
        { database },
        enrichedRecord(fact(offset, version), { score: 0.5 }),
      );
    await ends("stored", `stripe:main:fact-${n}`, () => enriched(7, 2));
    await ends("superseded", `stripe:main:fact-${n}`, () => enriched(8, 3));
    await ends("duplicate", `stripe:main:fact-${n}`, () => enriched(9, 3));
    await ends("outdated", `stripe:main:fact-${n}`, () => enriched(10, 1));
  }
});

test("what is asked by payment looks into all shards", async () => {
  await using fresh = await shardedDatabase();
  await using writer = explained(urlOf(fresh));
  await writer.sql`select * from events where payment_id = 'pay-1'`;
  const [statement] = writer.executed;
  assert.equal(statement?.touched.get("events")?.size, SHARDS);
});

/** With rows enough that PostgreSQL does not read all of them because that is quicker. */
async function shardedDatabase(): Promise<PersistenceDatabase> {
  const fresh = await persistenceDatabase();
  const { sql } = fresh;
  await layOutByHash(sql);
  await sql`
    insert into events (
      event_id, event_type, source, event_timestamp, payload, payment_id, amount, currency,
      source_topic, source_partition, source_offset
    )
    select 'filled-' || n, 'type', 'source', now(), '{}', 'pay-' || n, 1, 'EUR', 'filled', 0, n
    from generate_series(1, 20000) as n`;
  await sql`
    insert into provider_transmissions
    select 'source', 'filled-' || n, '', 'filled', 0, n from generate_series(1, 100000) as n`;
  await sql`
    insert into enriched_events (
      event_id, event_type, source, event_timestamp, payment_id, degraded, features_sha256, enrichment, stored_at,
      source_topic, source_partition, source_offset
    )
    select 'filled-' || n, 'type', 'source', now(), 'pay-' || n, '{}', '', '{}', now(), 'filled', 0, n
    from generate_series(1, 20000) as n`;
  await sql`analyze`;
  await explainAll(sql, fresh.address.database);
  return fresh;
}

/** The part of the table in which PostgreSQL keeps the rows of an event. */
async function shardOf(
  { sql }: PersistenceDatabase,
  eventId: string,
): Promise<number> {
  const [row] = await sql<{ shard: number }[]>`
    select shard from generate_series(0, ${SHARDS - 1}::int) as shard
    where satisfies_hash_partition('events'::regclass, ${SHARDS}::int, shard, ${eventId}::text)`;
  assert.ok(row);
  return row.shard;
}

/** A transmission's id has a shard of its own: it is known before the event is, and of any number of events. */
function requireOneShard(
  executed: readonly ExecutedStatement[],
  shard: number,
): void {
  assert.ok(executed.length > 0, "nothing was executed");
  for (const { text, touched } of executed) {
    for (const [table, shards] of touched) {
      const what = `${table} in ${[...shards]} by ${text}`;
      assert.equal(shards.size, 1, what);
      if (table !== "provider_transmissions") {
        assert.deepEqual([...shards], [shard], what);
      }
    }
  }
}

function urlOf({ address }: PersistenceDatabase): string {
  const { user, password, host, port, database } = address;
  return `postgres://${user}:${password}@${host}:${port}/${database}`;
}

/** As `Database.use`, on one connection that keeps what it was sent. */
function doNothingElse<S>(sql: S) {
  return <T>(work: (sql: S) => Promise<T>) => work(sql);
}
