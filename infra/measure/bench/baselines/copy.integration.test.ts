import assert from "node:assert/strict";
import { test } from "node:test";
import type postgres from "postgres";
import { storeEvents } from "../../../../workers/persistence/event_store.ts";
import {
  type PersistenceDatabase,
  persistenceDatabase,
} from "#kit/persistence/persistence_database.ts";
import { paymentJson } from "#kit/payment.ts";
import {
  type CopiedEvent,
  copyEvents,
  createTableLikeEvents,
  fillTable,
} from "./copy.ts";

const table = "copied";
/** Enough for what is before the row that is refused. */
const DEADLINE_MS = 10_000;

test("COPY stores the rows that persistence stores", async () => {
  await using fresh = await persistenceDatabase();
  await createTableLikeEvents(fresh.sql, table);
  const batches = [events(0, 300), events(300, 500)];
  const perSecond = await copyEvents({
    databaseUrl: urlOf(fresh),
    table,
    batches,
  });
  assert.ok(perSecond > 0);
  for (const batch of batches) await storeEvents(fresh.database, batch);
  assert.equal(await countOf(fresh.sql, table), 500);
  const differing = await fresh.sql`
    (select ${columns(fresh.sql)} from events)
    except (select ${columns(fresh.sql)} from copied)`;
  assert.deepEqual([...differing], []);
});

test("COPY stores into a table that has rows already", async () => {
  await using fresh = await persistenceDatabase();
  await createTableLikeEvents(fresh.sql, table);
  await fillTable(fresh.sql, table, 1_000);
  assert.equal(await countOf(fresh.sql, table), 1_000);
  await copyEvents({
    databaseUrl: urlOf(fresh),
    table,
    batches: [events(0, 100)],
  });
  assert.equal(await countOf(fresh.sql, table), 1_100);
});

test("a row that PostgreSQL refuses ends COPY at its deadline at the latest", async () => {
  await using fresh = await persistenceDatabase();
  await createTableLikeEvents(fresh.sql, table);
  const twice = [events(0, 2), events(1, 3)];
  await assert.rejects(
    copyEvents({
      databaseUrl: urlOf(fresh),
      table,
      batches: twice,
      deadlineMs: DEADLINE_MS,
    }),
    new RegExp(`duplicate key|not finished in ${DEADLINE_MS} ms`),
  );
  assert.equal(await countOf(fresh.sql, table), 2);
});

function events(from: number, to: number): CopiedEvent[] {
  return Array.from({ length: to - from }, (_, index) => {
    const n = from + index;
    const json = paymentJson({
      eventId: `evt-${n}-\\ \t \n é😀`,
      paymentId: `pay-${n % 7}`,
      amount: `${n + 1}.10`,
      currency: "EUR",
    });
    const receivedAt = n % 2 === 0 ? undefined : new Date(1_767_323_045_678);
    return {
      json,
      topic: "topic",
      partition: 2,
      offset: n,
      origin: { topic: "raw", partition: 2, offset: n + 1 },
      receivedAt,
    };
  });
}

function urlOf({ admin: address }: PersistenceDatabase): string {
  const { user, password, host, port, database } = address;
  return `postgres://${user}:${password}@${host}:${port}/${database}`;
}

async function countOf(sql: postgres.Sql, name: string): Promise<number> {
  const [row] = await sql`select count(*) from ${sql(name)}`;
  return Number(row?.count);
}

/** All but the time of storing; of an amount its digits too. */
function columns(sql: postgres.Sql) {
  return sql`
    event_id, event_type, source, event_timestamp, payload, payment_id, amount::text, currency,
    source_topic, source_partition, source_offset, received_at,
    origin_topic, origin_partition, origin_offset`;
}
