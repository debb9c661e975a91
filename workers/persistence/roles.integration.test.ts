import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { connectionTo } from "#runtime/database_connection.ts";
import {
  type DatabaseAddress,
  databaseSettings,
} from "#runtime/database_settings.ts";
import type { DatabaseRole } from "#runtime/database_roles.ts";
import { applyMigrations } from "./apply_migrations.ts";
import { Database } from "#runtime/postgres/database.ts";
import {
  type PersistenceDatabase,
  persistenceDatabase,
} from "#kit/persistence/persistence_database.ts";

const INSERT = `
  insert into events (
    event_id, event_type, source, event_timestamp, payload, payment_id, amount, currency,
    source_topic, source_partition, source_offset
  ) values ('e', 't', 's', now(), '{}', 'p', 1, 'EUR', 't', 0, 0)`;

const INSERT_TRANSMISSION = `
  insert into provider_transmissions (source, transmission_id, sha256, first_topic, first_partition, first_offset)
  values ('s', 'i', 'h', 't', 0, 0)`;

const SUPERSEDE = "select supersede_events('{}')";

const STORE_ENRICHED = "select store_enriched_events('{}')";

/** What nobody but a superuser may, whoever else they are. */
const forNobody = [
  "copy events from program 'echo'",
  "copy events to program 'cat'",
  "copy events from '/etc/passwd'",
  "copy events to '/tmp/eventflow'",
  "select pg_read_file('/etc/passwd')",
  "select lo_import('/etc/passwd')",
  "alter system set fsync = off",
  "create role intruder",
  "alter role current_user superuser",
  "create database intruder",
  "create extension file_fdw",
  "set role eventflow",
  "set session_replication_role = replica",
];

const forNobodyWhoDoesNotOwn = [
  "update events set amount = amount + 1",
  "update events set stored_at = now() where false",
  "update payments set amount = amount + 1",
  "insert into payments select * from payments",
  "delete from payments",
  "truncate payments",
  "update payments_fill set next_block = 0",
  "alter table events disable trigger keep_payments",
  "select apply_to_payments(null)",
  "insert into superseded_events select now(), 't', 0, 0, events.* from events",
  "update superseded_events set amount = amount + 1",
  "delete from superseded_events",
  "truncate superseded_events",
  "update provider_transmissions set sha256 = ''",
  "delete from provider_transmissions",
  "insert into enriched_events select * from enriched_events",
  "update enriched_events set risk_score = 0",
  "delete from enriched_events",
  "truncate enriched_events",
  "create or replace view payment_states as select 1 as payment_id",
  "alter table events disable trigger keep_payments_of_superseded",
  "create or replace function keep_payments() returns trigger language plpgsql as 'begin return null; end'",
  "delete from events",
  "truncate events",
  "drop table events",
  "alter table events disable trigger all",
  "alter table events add column more text",
  "create trigger t before insert on events for each row execute function suppress_redundant_updates_trigger()",
  "create index on events (source)",
  "create table more (a int)",
  "create temporary table more (a int)",
  "create view more as select 1",
  "create function more() returns int language sql as 'select 1'",
  "create schema more",
  "select * into more from events",
  "grant eventflow_owner to current_user",
  "insert into schema_migrations (name, run_on) values ('9999', now())",
  "delete from schema_migrations",
  "set role eventflow_owner",
];

const refusedTo: Record<DatabaseRole, readonly string[]> = {
  owner: forNobody,
  writer: [
    ...forNobody,
    ...forNobodyWhoDoesNotOwn,
    "set role eventflow_reader",
  ],
  desk: [
    ...forNobody,
    ...forNobodyWhoDoesNotOwn,
    INSERT,
    INSERT_TRANSMISSION,
    SUPERSEDE,
    STORE_ENRICHED,
    "select * from provider_transmissions",
    "select * from enriched_events",
    "select * from schema_migrations",
    "set role eventflow_writer",
  ],
  reader: [
    ...forNobody,
    ...forNobodyWhoDoesNotOwn,
    INSERT,
    INSERT_TRANSMISSION,
    SUPERSEDE,
    STORE_ENRICHED,
    "select * from events for update",
    "set role eventflow_writer",
  ],
};

const allowedTo: Record<DatabaseRole, readonly string[]> = {
  owner: ["create table more (a int)", "drop table more"],
  writer: [
    INSERT,
    INSERT_TRANSMISSION,
    SUPERSEDE,
    STORE_ENRICHED,
    "select * from events",
    "select * from provider_transmissions",
    "select * from enriched_events",
    "select * from schema_migrations",
  ],
  desk: [
    "select * from events",
    "select * from superseded_events",
    "select * from payments",
    "select * from payment_states",
    "create table desk.more (a int)",
    "drop table desk.more",
  ],
  reader: [
    "select * from events",
    "select * from superseded_events",
    "select * from provider_transmissions",
    "select * from enriched_events",
    "select * from payments",
    "select * from payment_states",
    "select * from payments_fill",
    "select * from schema_migrations",
  ],
};

const roles = ["owner", "writer", "desk", "reader"] as const;

for (const role of roles) {
  test(`the ${role} may do what it is for, and nothing of what it is not`, async () => {
    await using fresh = await persistenceDatabase();
    const sql = loginAs(fresh.addressOf(role));
    try {
      for (const statement of allowedTo[role]) await sql.unsafe(statement);
      for (const statement of refusedTo[role]) {
        assert.equal(await stateOf(sql.unsafe(statement)), "42501", statement);
      }
    } finally {
      await sql.end();
    }
  });
}

test("what was granted by hand is taken back by the next migration, and the owner's stays", async () => {
  await using fresh = await persistenceDatabase();
  await fresh.sql`grant update, delete on events to eventflow_writer`;
  await fresh.sql`grant insert on events to eventflow_reader, public`;
  await migrateAs(fresh.addressOf("owner"));
  const grants = await fresh.sql`
    select grantee, string_agg(privilege_type, ' ' order by privilege_type) as may
    from information_schema.role_table_grants
    where table_name = 'events' and grantee in ('PUBLIC', 'eventflow_writer', 'eventflow_reader')
    group by grantee order by grantee`;
  assert.deepEqual(grants.map(({ grantee, may }) => [grantee, may]), [
    ["eventflow_reader", "SELECT"],
    ["eventflow_writer", "INSERT SELECT"],
  ]);
});

test("a superuser's migration leaves tables that belong to the owner, and so does one before there were roles", async () => {
  await using fresh = await persistenceDatabase({ migrated: false });
  await Promise.all([migrateAs(fresh.admin), migrateAs(fresh.admin)]);
  const owners = () =>
    fresh.sql`
      select tableowner from pg_tables
      where schemaname = 'public' and tableowner <> 'eventflow_owner'`;
  assert.deepEqual([...await owners()], []);
  await fresh.sql`alter table events owner to current_user`;
  await assert.rejects(
    migrateAs(fresh.addressOf("owner")),
    /User eventflow_owner does not own events of eventflow in database .*: have a DBA run workers\/persistence\/roles\.sql, and migrate as eventflow_owner\.$/,
  );
  await migrateAs(fresh.admin);
  assert.deepEqual([...await owners()], []);
});

test("what keeps payments goes to the owner with its tables, and works then", async () => {
  await using fresh = await persistenceDatabase();
  for (
    const what of [
      "table payments",
      "table payments_fill",
      "table superseded_events",
      "table provider_transmissions",
      "table payment_states",
      "function keep_payments",
      "function supersede_events",
      "function keep_payments_of_superseded",
    ]
  ) {
    await fresh.sql.unsafe(`alter ${what} owner to current_user`);
  }
  await migrateAs(fresh.admin);
  const owners = await fresh.sql<{ owner: string }[]>`
    select distinct relowner::regrole::text as owner from pg_class
    where relname in (
      'events', 'payments', 'payments_fill', 'superseded_events', 'provider_transmissions', 'payment_states'
    )
    union
    select distinct proowner::regrole::text from pg_proc
    where proname in (
      'payment_after', 'apply_to_payments', 'keep_payments', 'supersede_events', 'keep_payments_of_superseded'
    )`;
  assert.deepEqual(owners.map(({ owner }) => owner), ["eventflow_owner"]);
  const sql = loginAs(fresh.addressOf("writer"));
  await sql.unsafe(INSERT).finally(() => sql.end());
  const payments = await fresh.sql`select event_id from payments`;
  assert.deepEqual(payments.map(({ event_id }) => event_id), ["e"]);
});

for (
  const name of [
    "payments",
    "payment_states",
    "superseded_events",
    "provider_transmissions",
  ]
) {
  test(`a table of yours that has the name ${name} stays yours`, async () => {
    await using fresh = await persistenceDatabase({ migrated: false });
    await fresh.sql`create table ${fresh.sql(name)} (id int)`;
    await assert.rejects(
      migrateAs(fresh.admin),
      new RegExp(
        `has a table ${name} that is not EventFlow's: rename it, or give EventFlow another database\\.$`,
      ),
    );
    const [table] = await fresh.sql`
      select tableowner = current_user as stayed from pg_tables where tablename = ${name}`;
    assert.equal(table?.stayed, true);
  });
}

const main = fileURLToPath(new URL("main.ts", import.meta.url));

for (const who of ["superuser", "owner", "reader"] as const) {
  test(`persistence does not start as the ${who}, and says what to do in one sentence`, async () => {
    await using fresh = await persistenceDatabase();
    const address = who === "superuser" ? fresh.admin : fresh.addressOf(who);
    const { code, said } = await startPersistence(address);
    assert.equal(code, 78, said);
    assert.match(
      said,
      {
        superuser:
          /may do more than select and insert events .* \(superuser\): log in as eventflow_writer/,
        owner:
          /\(create tables, update events, delete events, truncate events, put triggers on events, change superseded events, change transmissions, change enriched events, become the owner of events\): log in as eventflow_writer/,
        reader: /User eventflow_reader may not select from and insert into/,
      }[who],
    );
  });
}

test("persistence does not start on a schema that is not current, and says what to run", async () => {
  await using fresh = await persistenceDatabase({ migrated: false });
  const none = await startPersistence(fresh.address);
  assert.equal(none.code, 78, none.said);
  assert.match(none.said, /is not the one needed: run `deno task migrate`/);

  await migrateAs(fresh.addressOf("owner"));
  await fresh.sql`delete from schema_migrations`;
  const old = await startPersistence(fresh.address);
  assert.equal(old.code, 78, old.said);
  assert.match(
    old.said,
    /lacks 0001_create_events, 0002_adopted_events, 0003_create_payments, 0004_supersede_events, 0005_renew_payments_in_place, 0006_create_enriched_events, 0007_store_enriched_events_anywhere, 0008_note_dropped_days: run `deno task migrate`\./,
  );
});

function loginAs(address: DatabaseAddress): postgres.Sql {
  return postgres({
    ...connectionTo(address),
    max: 1,
    onnotice: () => {},
  });
}

/** SQLSTATE of what refuses a statement. */
async function stateOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return "done";
  } catch (error) {
    if (error instanceof postgres.PostgresError) return error.code;
    throw error;
  }
}

async function migrateAs(address: DatabaseAddress): Promise<void> {
  const database = new Database(address, {
    poolSize: 1,
    statementTimeoutMs: 60_000,
  });
  await applyMigrations(database).finally(() => database.close());
}

/** As in production; a refusal comes before Kafka is asked for. */
async function startPersistence(
  { host, port, user, password, database }: PersistenceDatabase["address"],
): Promise<{ code: unknown; said: string }> {
  const child = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      KAFKA_BOOTSTRAP_SERVERS: "127.0.0.1:1",
      EVENTFLOW_PERSISTENCE_PORT: "0",
      EVENTFLOW_START_TIMEOUT_MS: "300000",
      [databaseSettings.dbUrl.env]:
        `postgres://${user}:${password}@${host}:${port}/${database}`,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [[code], stdout, stderr] = await Promise.all([
    once(child, "exit"),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, said: stdout + stderr };
}
