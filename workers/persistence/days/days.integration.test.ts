import assert from "node:assert/strict";
import { test } from "node:test";
import type postgres from "postgres";
import { FatalError, TransientError } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { factRecord } from "#kit/mapped_fact.ts";
import { paymentJson } from "#kit/payment.ts";
import {
  partitioned,
  persistenceDatabase,
} from "#kit/persistence/persistence_database.ts";
import { handled } from "#kit/persistence/test_handler.ts";
import { until } from "#kit/until.ts";
import { record } from "#kit/validated_record.ts";
import { applyMigrations } from "../apply_migrations.ts";
import { longConnection } from "../long_connection.ts";
import { checkPaymentsFollow, checkSchema } from "../schema.ts";
import { checkRights } from "../rights.ts";
import { daysOf, dropDay, makeDays } from "./days.ts";
import { layoutOf } from "./layout.ts";

test("the table becomes one of days while writers store, and each event ends as one row, one key and what it makes of its payment", async () => {
  await using fresh = await persistenceDatabase();
  const { sql } = fresh;
  await handled(
    fresh,
    ...many(0, 200),
    factRecord(900, { factId: "fact", amount: "1" }),
  );
  let isDone = false;
  const stored = new Map<string, number>();
  const told = { steps: 0 };
  // Two writers, each of whom stores what the other does too.
  const write = async (first: number) => {
    let round = 0;
    // One more round behind the move.
    for (let isLast = false; !isLast; round++) {
      isLast = isDone;
      const from = 200 + round * 10 + first;
      const batch = many(from, from + 20);
      const outcomes = await handled(fresh, ...batch);
      outcomes.forEach((outcome, index) => {
        if (outcome !== "stored") return;
        const id = `evt-${from + index}`;
        stored.set(id, (stored.get(id) ?? 0) + 1);
      });
    }
    return round;
  };
  const writers = [write(0), write(5)];
  await partitioned(fresh.owner.address, {
    blocksAtOnce: 1,
    progress: () => told.steps++,
  }).finally(() => isDone = true);
  const rounds = await Promise.all(writers);
  assert.ok(told.steps > 1 && Math.min(...rounds) > 1);
  assert.deepEqual(
    await handled(
      fresh,
      record(100_000, bodyOf(0)),
      record(100_001, bodyOf(1, "9")),
      factRecord(100_002, { factId: "fact", version: 2, amount: "2" }),
    ),
    ["duplicate", "conflicting_duplicate", "superseded"],
  );
  assert.equal(await layoutOf(sql), "by day");
  assert.deepEqual(
    [...stored].filter(([, times]) => times !== 1),
    [],
  );
  const [row] = await sql`
    select
      count(*)::int as rows, count(distinct event_id)::int as ids,
      (select count(*)::int from event_keys join events using (event_id, stored_at)) as keys,
      (select count(*)::int from event_keys) as "allKeys"
    from events`;
  const rows = stored.size + 201;
  assert.deepEqual({ ...row }, { rows, ids: rows, keys: rows, allKeys: rows });
  const [payments] = await sql`
    select count(*)::int as wrong from (select distinct payment_id from events) as of_events
    left join payments using (payment_id) where payments.event_id is null`;
  assert.equal(payments?.wrong, 0);
});

test("the version before stops at a table of days, and has stored nothing", async () => {
  await using fresh = await persistenceDatabase({ layout: "by day" });
  await assert.rejects(
    fresh.database.use((sql) =>
      sql`
      insert into events (event_id, event_type, source, event_timestamp, payload, payment_id, amount, currency,
        source_topic, source_partition, source_offset)
      values ('a', 'b', 'c', now(), '{}', 'd', 1, 'EUR', 't', 0, 0)
      on conflict (event_id) do nothing`
    ),
    (error) =>
      error instanceof FatalError &&
      /run `deno task migrate`/.test(String(error)),
  );
  assert.deepEqual([...await fresh.sql`select * from events`], []);
});

test("of a day that was dropped a further telling is a duplicate, and one that says otherwise a conflict", async () => {
  await using fresh = await persistenceDatabase();
  await handled(
    fresh,
    record(1, paymentJson({ eventId: "a", amount: "1.0" })),
    factRecord(2, { factId: "fact", version: 2 }),
  );
  // All of it is of before.
  await partitioned(fresh.owner.address);
  await using owner = ownerOf(fresh);
  await dropDay(owner.sql, { table: "events_before" }, { keepTable: false });
  assert.deepEqual(
    await handled(
      fresh,
      record(3, paymentJson({ eventId: "a", amount: "1" })),
      record(4, paymentJson({ eventId: "a", amount: "2" })),
      factRecord(5, { factId: "fact", version: 2 }),
      factRecord(6, { factId: "fact", version: 2, amount: "1" }),
      factRecord(7, { factId: "fact", version: 1 }),
      factRecord(8, { factId: "fact", version: 3 }),
      record(9, paymentJson({ eventId: "b" })),
    ),
    [
      "duplicate",
      "conflicting_duplicate",
      "duplicate",
      "conflicting_duplicate",
      "outdated",
      "outdated",
      "stored",
    ],
  );
  const rows = await fresh.sql`
    select event_id, tableoid::regclass::text as place from events`;
  assert.deepEqual(rows.map((row) => ({ ...row })), [
    { event_id: "b", place: "events_rest" },
  ]);
});

test("an event whose day nobody has made is stored, and is moved to its day when that is made", async () => {
  await using fresh = await persistenceDatabase({ layout: "by day" });
  await using owner = ownerOf(fresh);
  const days = (await daysOf(owner.sql)).filter(({ from }) => from !== null);
  assert.equal(days.length, 15);
  for (const day of days) await dropDay(owner.sql, day, { keepTable: false });
  const event = paymentJson({ eventId: "a" });
  assert.deepEqual(await handled(fresh, record(1, event)), ["stored"]);
  const placeOf = async () => {
    const [row] = await fresh.sql`
      select tableoid::regclass::text as place, stored_at::date::text as day from events`;
    return row;
  };
  assert.equal((await placeOf())?.place, "events_rest");
  const { made, moved } = await makeDays(owner.sql);
  assert.equal(moved, 1);
  assert.ok(made >= 14, `${made}`);
  const place = await placeOf();
  assert.equal(place?.place, `events_${place?.day.replaceAll("-", "")}`);
  assert.deepEqual(await handled(fresh, record(2, event)), ["duplicate"]);
  const [payment] = await fresh.sql`select count(*)::int from payments`;
  assert.equal(payment?.count, 1);
});

test("a table of days that an earlier version made goes on to drop days once it is migrated", async () => {
  await using fresh = await persistenceDatabase({ layout: "by day" });
  await using owner = ownerOf(fresh);
  const migration = "0008_note_dropped_days";
  await owner.sql`drop table event_days_dropped`;
  await owner.sql`delete from schema_migrations where name = ${migration}`;
  assert.deepEqual(await applyMigrations(fresh.owner), [migration]);
  await dropDay(owner.sql, { table: "events_before" }, { keepTable: false });
  await checkRights(fresh.database, { allowExcess: false });
  const dropped = await fresh.sql`select name from event_days_dropped`;
  assert.deepEqual(dropped.map(({ name }) => name), ["events_before"]);
});

test("an event on its way to the rest while its day is made is tried again, and no dead letter", async () => {
  await using fresh = await persistenceDatabase({ layout: "by day" });
  await using owner = ownerOf(fresh);
  const days = (await daysOf(owner.sql)).filter(({ from }) => from !== null);
  for (const day of days) await dropDay(owner.sql, day, { keepTable: false });
  await handled(fresh, record(1, bodyOf(1)));
  let outcome: Promise<unknown> | undefined;
  await owner.sql.begin(async (sql) => {
    // Nobody waits for the table itself: it is as if the days were made by hand.
    await sql`lock table events_rest in access exclusive mode`;
    outcome = handled(fresh, record(2, bodyOf(2))).catch((error) => error);
    await until("the event waited", async () => {
      const [lock] = await fresh.sql`
        select from pg_locks where relation = 'events_rest'::regclass and not granted`;
      return lock !== undefined;
    });
    await sql`truncate events_rest`;
    await sql.unsafe(`
      do $$ begin execute format(
        'alter table events attach partition %I for values from (%L) to (%L)',
        make_event_day(current_date), current_date, current_date + 1
      ); end $$`);
  });
  assert.ok(await outcome instanceof TransientError);
  assert.deepEqual(await handled(fresh, record(2, bodyOf(2))), ["stored"]);
});

test("the writer may have days made, and may neither change a key nor touch a partition itself", async () => {
  await using fresh = await persistenceDatabase({ layout: "by day" });
  const { database } = fresh;
  await checkSchema(database);
  await checkPaymentsFollow(database);
  assert.equal(await checkRights(database, { allowExcess: false }), undefined);
  const [row] = await database.use((sql) => sql`select make_event_days()`);
  assert.equal(row?.make_event_days, 0);
  for (
    const statement of [
      "update event_keys set digest = 0",
      "delete from event_keys",
      "truncate event_keys",
      "insert into events_rest select * from events",
      "delete from events_before",
      "alter table events detach partition events_rest",
      "create table mine ()",
    ]
  ) {
    await assert.rejects(
      database.use((sql) => sql.unsafe(statement)),
      /lacks a right/,
      statement,
    );
  }
  await fresh.sql`grant delete on event_keys to eventflow_writer`;
  await assert.rejects(
    checkRights(database, { allowExcess: false }),
    /change keys of events/,
  );
});

test("a move that was ended goes on where it was, and refuses no event meanwhile", async () => {
  await using fresh = await persistenceDatabase();
  await handled(fresh, ...many(0, 200));
  await assert.rejects(
    partitioned(fresh.owner.address, {
      blocksAtOnce: 1,
      progress() {
        throw new Error("ended");
      },
    }),
    /ended/,
  );
  const [before] = await fresh.sql`select next_block::int from event_keys_fill`;
  assert.equal(before?.next_block, 1);
  await fresh.sql`create view theirs as select event_id from events`;
  await assert.rejects(
    partitioned(fresh.owner.address),
    (error) => error instanceof StartError && /view theirs/.test(error.message),
  );
  await fresh.sql`drop view theirs`;
  // A key that a disabled trigger left out is missed.
  await fresh.sql`alter table events disable trigger keep_keys_of_new`;
  await handled(fresh, ...many(200, 210));
  await fresh.sql`alter table events enable trigger keep_keys_of_new`;
  await fresh.sql`update event_keys_fill set finished_at = now()`;
  await assert.rejects(
    partitioned(fresh.owner.address),
    /events have no key/,
  );
  await fresh
    .sql`update event_keys_fill set next_block = 0, finished_at = null`;
  const [checks] = await fresh.sql`
    select count(*)::int from pg_constraint where conname = 'events_stored_before'`;
  assert.equal(checks?.count, 0);
  assert.deepEqual(await handled(fresh, ...many(210, 211)), ["stored"]);
  await partitioned(fresh.owner.address);
  await partitioned(fresh.owner.address);
  const [row] = await fresh.sql`
    select (select count(*)::int from events) as rows, (select count(*)::int from event_keys) as keys`;
  assert.deepEqual({ ...row }, { rows: 211, keys: 211 });
});

test("a move that cannot have the table gives up, and says until when a check that it has to leave there does no harm", async () => {
  await using fresh = await persistenceDatabase();
  await handled(fresh, ...many(0, 10));
  const query = await fresh.sql.reserve();
  await query`begin`;
  await query`select from events limit 1`;
  const move = () =>
    partitioned(fresh.owner.address, {
      lockTimeout: "100ms",
      firstDay: "2999-01-31T00:00:00Z",
    });
  await assert.rejects(move(), /let long queries .* persistence may go on\.$/);
  await query`rollback`;
  // As it is if the second lock was not to be had.
  await query`
    alter table events add constraint events_stored_before check (true)`;
  await query`begin`;
  await query`select from events limit 1`;
  await assert.rejects(move(), /refused from 2999-01-31 on: let long queries/);
  await query`rollback`;
  query.release();
  await move();
  assert.deepEqual(await handled(fresh, ...many(0, 11)), [
    ...Array(10).fill("stored_earlier"),
    "stored",
  ]);
});

function many(from: number, to: number) {
  return Array.from({ length: to - from }, (_, index) => {
    const n = from + index;
    return record(n, bodyOf(n));
  });
}

function bodyOf(n: number, amount = "1") {
  return paymentJson({
    eventId: `evt-${n}`,
    paymentId: `pay-${n % 7}`,
    amount,
  });
}

function ownerOf(
  { addressOf }: Awaited<ReturnType<typeof persistenceDatabase>>,
): AsyncDisposable & { sql: postgres.Sql } {
  const sql = longConnection(addressOf("owner"));
  return { sql, [Symbol.asyncDispose]: () => sql.end({ timeout: 1 }) };
}
