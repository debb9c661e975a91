import assert from "node:assert/strict";
import net from "node:net";
import { test } from "node:test";
import { StartError } from "#runtime/lifecycle.ts";
import { applyMigrations } from "./apply_migrations.ts";
import { Database } from "#runtime/postgres/database.ts";
import { persistenceDatabase } from "#kit/persistence/persistence_database.ts";
import { relayTo } from "#kit/persistence/relay.ts";
import { checkRights } from "./rights.ts";
import { awaitDatabase } from "#runtime/postgres/await_database.ts";
import { checkSchema } from "./schema.ts";

const migrations = [
  "0001_create_events",
  "0002_adopted_events",
  "0003_create_payments",
  "0004_supersede_events",
  "0005_renew_payments_in_place",
  "0006_create_enriched_events",
  "0007_store_enriched_events_anywhere",
  "0008_note_dropped_days",
];

const limits = { poolSize: 1, statementTimeoutMs: 60_000 };

const startErrorOf = async (attempt: Promise<unknown>): Promise<string> => {
  try {
    await attempt;
  } catch (error) {
    assert.ok(error instanceof StartError, String(error));
    return error.message;
  }
  return assert.fail("it started");
};

test("migrations are applied once, and a second run finds nothing to do", async () => {
  await using fresh = await persistenceDatabase({ migrated: false });
  assert.deepEqual(await applyMigrations(fresh.owner), migrations);
  assert.deepEqual(await applyMigrations(fresh.owner), []);
  await checkSchema(fresh.database);
});

test("of migrations run at the same time one applies what is missing", async () => {
  await using fresh = await persistenceDatabase({ migrated: false });
  const applied = await Promise.all([
    applyMigrations(fresh.owner),
    applyMigrations(fresh.owner),
    applyMigrations(fresh.owner),
  ]);
  assert.deepEqual(applied.flat(), migrations);
});

test("an unmigrated database is refused with what to run", async () => {
  await using fresh = await persistenceDatabase({ migrated: false });
  assert.match(
    await startErrorOf(checkSchema(fresh.database)),
    /is not the one needed: run `deno task migrate`/,
  );
});

test("a database that lacks a migration is refused with its name", async () => {
  await using fresh = await persistenceDatabase();
  await fresh.sql`delete from schema_migrations`;
  assert.match(
    await startErrorOf(checkSchema(fresh.database)),
    /lacks 0001_create_events, 0002_adopted_events, 0003_create_payments, 0004_supersede_events, 0005_renew_payments_in_place, 0006_create_enriched_events, 0007_store_enriched_events_anywhere, 0008_note_dropped_days: run `deno task migrate`\.$/,
  );
});

test("a database that a newer version has migrated is accepted", async () => {
  await using fresh = await persistenceDatabase();
  await fresh.sql`
    insert into schema_migrations (name, run_on) values ('9999_later', now())`;
  await checkSchema(fresh.database);
});

test("a user that may not write the table, or create one, is refused with what to grant", async () => {
  await using fresh = await persistenceDatabase();
  const user = `reader_${fresh.address.database}`;
  await fresh.sql`create role ${fresh.sql(user)} login password 'reader'`;
  try {
    await fresh.sql`
      grant select on all tables in schema public to ${fresh.sql(user)}`;
    const database = new Database(
      { ...fresh.address, user, password: "reader" },
      limits,
    );
    const unwritable = await startErrorOf(
      checkRights(database, { allowExcess: true }),
    );
    const uncreatable = await startErrorOf(applyMigrations(database));
    await database.close();
    assert.match(unwritable, /may not select from and insert into events/);
    assert.match(uncreatable, /may not create tables in database/);
  } finally {
    await fresh.sql`drop owned by ${fresh.sql(user)}`;
    await fresh.sql`drop role ${fresh.sql(user)}`;
  }
});

test("a database nobody answers for is refused after the given time, without its password", async () => {
  const server = net.createServer();
  const port = await new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    })
  );
  await new Promise((closed) => server.close(closed));
  const database = new Database({
    host: "127.0.0.1",
    port,
    user: "eventflow",
    password: "hunter2",
    database: "eventflow",
    sslMode: "disable",
  }, limits);
  const message = await startErrorOf(
    awaitDatabase(database, { timeoutMs: 300 }),
  );
  assert.match(
    message,
    new RegExp(
      `^Cannot reach database eventflow at 127\\.0\\.0\\.1:${port} within 300 ms: start it`,
    ),
  );
  assert.doesNotMatch(message, /hunter2/);
});

test("a database that comes up within the given time is waited for", async () => {
  await using fresh = await persistenceDatabase();
  await using relay = await relayTo(fresh.address);
  await relay.goDown();
  const database = new Database(
    { ...fresh.address, host: "127.0.0.1", port: relay.port },
    limits,
  );
  const awaited = awaitDatabase(database, { timeoutMs: 300_000 });
  await relay.comeBack();
  await awaited;
  await database.close();
});

test("a wrong password is refused at once", async () => {
  await using fresh = await persistenceDatabase();
  const database = new Database(
    { ...fresh.address, password: "hunter2" },
    limits,
  );
  const message = await startErrorOf(
    awaitDatabase(database, { timeoutMs: 300_000 }),
  );
  await database.close();
  assert.match(message, /correct EVENTFLOW_DB_URL/);
  assert.doesNotMatch(message, /hunter2/);
});
