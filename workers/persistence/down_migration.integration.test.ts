/// <reference path="./pg.d.ts" />
import assert from "node:assert/strict";
import { test } from "node:test";
import { runner } from "node-pg-migrate";
import { Client } from "pg";
import { connectionTo } from "#runtime/database_connection.ts";
import { factRecord } from "#kit/mapped_fact.ts";
import {
  type PersistenceDatabase,
  persistenceDatabase,
} from "#kit/persistence/persistence_database.ts";
import { handled } from "#kit/persistence/test_handler.ts";
import { applyMigrations } from "./apply_migrations.ts";
import { migrationsFolder, migrationsTable } from "./schema.ts";

test("superseding can be taken back, and made anew, and payments are kept meanwhile", async () => {
  await using fresh = await persistenceDatabase();
  await handled(fresh, factRecord(1), factRecord(2, { version: 2 }));
  await takeBack(fresh, 5);
  // As a version before stores.
  await fresh.sql`
    insert into events (
      event_id, event_type, source, event_timestamp, payload, payment_id, amount, currency,
      source_topic, source_partition, source_offset, received_at, origin_topic, origin_partition, origin_offset
    )
    select 'of-before', event_type, source, event_timestamp, payload, 'pay-2', amount, currency,
      source_topic, source_partition, 3, received_at, origin_topic, origin_partition, 3
    from events`;
  const payments = await fresh.sql`
    select payment_id, event_id from payments order by 1`;
  assert.deepEqual(payments.map((row) => Object.values({ ...row })), [
    ["pay-1", "stripe:main:charge:ch_1:authorized"],
    ["pay-2", "of-before"],
  ]);
  assert.deepEqual(await applyMigrations(fresh.owner), [
    "0004_supersede_events",
    "0005_renew_payments_in_place",
    "0006_create_enriched_events",
    "0007_store_enriched_events_anywhere",
    "0008_note_dropped_days",
  ]);
  assert.deepEqual(await handled(fresh, factRecord(4, { factId: "b" })), [
    "stored",
  ]);
});

test("payments that the version before left behind go with the migration, and no other is touched", async () => {
  await using fresh = await persistenceDatabase();
  await takeBack(fresh, 4);
  await handled(
    fresh,
    factRecord(1, { factId: "a", paymentId: "pay-1" }),
    factRecord(2, { factId: "b", paymentId: "pay-2" }),
  );
  await fresh.sql`create table kept as select * from payments`;
  await handled(
    fresh,
    factRecord(3, { factId: "a", paymentId: "pay-3", version: 2 }),
  );
  await fresh
    .sql`insert into payments select * from kept where payment_id = 'pay-1'`;
  assert.deepEqual(await applyMigrations(fresh.owner), [
    "0005_renew_payments_in_place",
    "0006_create_enriched_events",
    "0007_store_enriched_events_anywhere",
    "0008_note_dropped_days",
  ]);
  const payments = await fresh.sql`
    select payment_id, event_id from payments order by 1`;
  assert.deepEqual(payments.map((row) => Object.values({ ...row })), [
    ["pay-2", "stripe:main:b"],
    ["pay-3", "stripe:main:a"],
  ]);
});

async function takeBack(
  { addressOf }: PersistenceDatabase,
  count: number,
): Promise<void> {
  const client = new Client(connectionTo(addressOf("owner")));
  await client.connect();
  try {
    await runner({
      dbClient: client,
      dir: migrationsFolder,
      migrationsTable,
      schema: "public",
      direction: "down",
      count,
      log: () => {},
    });
  } finally {
    await client.end();
  }
}
