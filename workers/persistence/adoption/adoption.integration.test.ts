import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import type postgres from "postgres";
import { StartError } from "#runtime/lifecycle.ts";
import type { DatabaseAddress } from "#runtime/database_settings.ts";
import { applyMigrations, rolesFile } from "../apply_migrations.ts";
import { Database } from "#runtime/postgres/database.ts";
import { awaitDatabase } from "#runtime/postgres/await_database.ts";
import { handled } from "#kit/persistence/test_handler.ts";
import { paymentJson } from "#kit/payment.ts";
import { record } from "#kit/validated_record.ts";
import { adopt, type Adoption, adoptionOf } from "./adopt.ts";
import { connectForAdoption } from "./connection.ts";
import { eventsTableOf } from "./events_table.ts";
import { survey } from "./survey.ts";
import {
  digest,
  type EarlierDatabase,
  earlierDatabase,
  earlierPayload,
  HIBERNATE_TABLE,
  many,
} from "#kit/persistence/test_earlier_table.ts";

const silent = { progress: () => {} };

/** Does what `deno task migrate --adopt` does, as the superuser unless said. */
async function adoptAll(
  earlier: EarlierDatabase,
  {
    as = earlier.admin,
    rowsAtOnce = 500,
    progress = (_: Adoption) => {},
  }: {
    as?: DatabaseAddress;
    rowsAtOnce?: number;
    progress?: (adoption: Adoption) => void;
  } = {},
): Promise<void> {
  await migrate(as);
  await using sql = disposable(connectForAdoption(as));
  await adopt(sql, { address: as, rowsAtOnce, progress });
}

async function migrate(address: DatabaseAddress): Promise<void> {
  const database = new Database(address, {
    application: "eventflow-migrate",
    poolSize: 1,
    statementTimeoutMs: 60_000,
  });
  try {
    await awaitDatabase(database, { timeoutMs: 300_000 });
    const { kind } = await database.use(eventsTableOf);
    await applyMigrations(database, { hasEarlierTable: kind === "earlier" });
  } finally {
    await database.close();
  }
}

function disposable(sql: postgres.Sql): postgres.Sql & AsyncDisposable {
  return Object.assign(sql, {
    [Symbol.asyncDispose]: () => sql.end({ timeout: 1 }),
  });
}

/** The earlier rows with what their large objects have, as text. */
const keptOf = (sql: postgres.Sql, table: string) =>
  sql`
    select event_id, event_type, source, event_timestamp::text, stored_at::text,
      convert_from(lo_get(payload), 'UTF8') as payload
    from ${sql(table)} order by event_id`;

test("a row that the earlier service stored becomes ours to the digit and the microsecond, and stays what it was", async () => {
  await using earlier = await earlierDatabase();
  await earlier.fill({
    eventId: "evt-1",
    timestamp: "2024-02-29T23:59:59.999999Z",
    storedAt: "2024-03-01T00:00:00.000001Z",
    payload: earlierPayload({ amount: "900719925474099.31", paymentId: "é😀" }),
  });
  const before = await keptOf(earlier.sql, "events");
  await earlier.stopEarlier();
  await adoptAll(earlier);
  const rows = await earlier.sql`
    select event_id, event_type, source, event_timestamp::text, stored_at::text,
      payload->>'amount' as in_payload, payment_id, amount::text, currency,
      source_topic, source_partition, source_offset, received_at,
      adopted_at > now() - interval '1 hour' as adopted
    from events`;
  assert.deepEqual([...rows], [{
    event_id: "evt-1",
    event_type: "payment.authorized.v1",
    source: "provider",
    event_timestamp: "2024-02-29 23:59:59.999999+00",
    stored_at: "2024-03-01 00:00:00.000001+00",
    in_payload: "900719925474099.31",
    payment_id: "é😀",
    amount: "900719925474099.31",
    currency: "USD",
    source_topic: null,
    source_partition: null,
    source_offset: null,
    received_at: null,
    adopted: true,
  }]);
  assert.deepEqual(
    [...await keptOf(earlier.sql, "earlier_events")],
    [...before],
  );
});

test("a payment that was adopted has the last of its adopted events, until a later one comes from Kafka", async () => {
  await using earlier = await earlierDatabase();
  await earlier.fill(
    {
      eventId: "a",
      timestamp: "2024-01-01T00:00:02Z",
      payload: earlierPayload(),
    },
    {
      eventId: "b",
      timestamp: "2024-01-01T00:00:01Z",
      payload: earlierPayload(),
    },
  );
  await earlier.stopEarlier();
  await adoptAll(earlier, { rowsAtOnce: 1 });
  const last = async () => {
    const [row] = await earlier.sql`
      select event_id, source_topic, origin_topic, origin_at from payments`;
    return { ...row };
  };
  assert.deepEqual(await last(), {
    event_id: "a",
    source_topic: null,
    origin_topic: null,
    origin_at: new Date("2024-01-01T00:00:02Z"),
  });
  const headers = { "eventflow-received-at": "1704067203000" };
  await handled(earlier, record(5, paymentJson({ eventId: "c" }), { headers }));
  assert.equal((await last()).event_id, "c");
});

test("times without a zone are UTC, as the earlier service wrote them, whatever the database's zone", async () => {
  await using earlier = await earlierDatabase();
  await earlier.earlier.unsafe(`
    set time zone 'UTC';
    alter table events alter event_timestamp type timestamp(6), alter stored_at type timestamp(6)`);
  await earlier.fill({
    eventId: "evt-1",
    timestamp: "2026-01-02T03:04:05.678901Z",
    storedAt: "2026-01-02T03:04:06.123456Z",
  });
  await earlier.sql.unsafe(
    `alter database ${earlier.admin.database} set timezone = 'Asia/Kolkata'`,
  );
  await earlier.stopEarlier();
  await adoptAll(earlier);
  const [row] = await earlier.sql`
    select event_timestamp at time zone 'UTC' = '2026-01-02 03:04:05.678901' as event,
      stored_at at time zone 'UTC' = '2026-01-02 03:04:06.123456' as stored
    from events`;
  assert.deepEqual({ ...row }, { event: true, stored: true });
});

test("the survey counts what would be adopted and what not, and changes nothing, while the service writes", async () => {
  await using earlier = await earlierDatabase();
  await earlier.fill(
    ...many(1_200),
    { eventId: "bad-1", payload: "not json" },
    { eventId: "bad-2", payload: Buffer.from([0xff]) },
    { eventId: "bad-3", eventType: "payment.settled.v1" },
    { eventId: "gone" },
  );
  await earlier
    .earlier`select lo_unlink(payload) from events where event_id = 'gone'`;
  await earlier.sql`create view report as select event_id from events`;
  await earlier.sql`grant select on events to eventflow_reader`;
  const before = await digest(earlier.sql);
  await using sql = disposable(connectForAdoption(earlier.admin));
  const found = await survey(sql, silent);
  assert.deepEqual(await digest(earlier.sql), before);
  const { connected, ...rest } = found;
  assert.deepEqual(rest, {
    rows: 1_204,
    adoptable: 1_200,
    unreadable: 0,
    notAdoptable: [
      { code: "not_json", count: 2, examples: ["bad-1", "bad-2"] },
      { code: "unknown_event_type", count: 1, examples: ["bad-3"] },
      { code: "payload_missing", count: 1, examples: ["gone"] },
    ],
    dependents: ["rights of eventflow_reader", "view report"],
  });
  assert.match(
    connected.join(),
    /^process \d+ of earlier_\w+, "PostgreSQL JDBC Driver"$/,
  );
});

test("what cannot be adopted stays, and is listed with why and with what it has", async () => {
  await using earlier = await earlierDatabase();
  await earlier.earlier.unsafe(
    "alter table events alter payload drop not null, alter event_id type varchar(2000)",
  );
  const long = "e".repeat(513);
  await earlier.fill(
    { eventId: "good" },
    { eventId: "bad", payload: "not json" },
    { eventId: "no-text", payload: Buffer.from([0xff, 0xfe]) },
    { eventId: "nul", payload: '{"a":\0}' },
    { eventId: "none" },
    { eventId: "gone" },
    { eventId: long },
    { eventId: "forever", timestamp: "infinity" },
    { eventId: "caesar", timestamp: "0044-03-15 12:00:00+00 BC" },
  );
  await earlier
    .earlier`update events set payload = null where event_id = 'none'`;
  await earlier
    .earlier`select lo_unlink(payload) from events where event_id = 'gone'`;
  await earlier.stopEarlier();
  await adoptAll(earlier);
  const { sql } = earlier;
  const listed = await sql`
    select event_id, code, encode(payload, 'escape') as payload
    from earlier_events_not_adopted order by event_id`;
  const payload = earlierPayload();
  assert.deepEqual([...listed], [
    { event_id: "bad", code: "not_json", payload: "not json" },
    { event_id: "caesar", code: "contract_violation", payload },
    { event_id: long, code: "contract_violation", payload },
    { event_id: "forever", code: "contract_violation", payload },
    { event_id: "gone", code: "payload_missing", payload: null },
    { event_id: "no-text", code: "not_json", payload: "\\377\\376" },
    { event_id: "none", code: "payload_missing", payload: null },
    { event_id: "nul", code: "not_json", payload: '{"a":\\000}' },
  ]);
  const ids = await sql`select event_id from events`;
  assert.deepEqual([...ids], [{ event_id: "good" }]);
  const [kept] = await sql`select count(*)::int from earlier_events`;
  assert.equal(kept?.count, 9);
});

test("ended between any two batches it goes on there, and no row is doubled or left out", async () => {
  await using earlier = await earlierDatabase();
  await earlier.fill(...many(25), { eventId: "bad", payload: "not json" });
  const before = await keptOf(earlier.sql, "events");
  await earlier.stopEarlier();
  let runs = 0;
  for (;;) {
    runs++;
    let batches = 0;
    const ended = await adoptAll(earlier, {
      rowsAtOnce: 5,
      progress() {
        if (++batches === 2) throw new Error("ended");
      },
    }).then(() => false, (error) => {
      assert.equal(error.message, "ended");
      return true;
    });
    if (!ended) break;
  }
  assert.equal(runs, 4);
  await adoptAll(earlier, { rowsAtOnce: 5 });
  assert.deepEqual(await adoptionOf(earlier.sql), {
    rowCount: 26,
    position: "evt-00024",
    adopted: 25,
    storedBefore: 0,
    notAdopted: 1,
    isFinished: true,
  });
  const [row] = await earlier.sql`
    select count(*)::int, sum(amount)::text from events`;
  assert.deepEqual({ ...row }, { count: 25, sum: "306.25" });
  assert.deepEqual(
    [...await keptOf(earlier.sql, "earlier_events")],
    [...before],
  );
});

test("two that adopt at a time share the work", async () => {
  await using earlier = await earlierDatabase();
  await earlier.fill(...many(60));
  await earlier.stopEarlier();
  await Promise.all([
    adoptAll(earlier, { rowsAtOnce: 7 }),
    adoptAll(earlier, { rowsAtOnce: 7 }),
    adoptAll(earlier, { rowsAtOnce: 7 }),
  ]);
  const adoption = await adoptionOf(earlier.sql);
  assert.equal(adoption?.adopted, 60);
  assert.equal(adoption?.isFinished, true);
});

test("a row that was mended is adopted by the next run, and no longer listed", async () => {
  await using earlier = await earlierDatabase();
  await earlier.fill({ eventId: "mended", payload: "not json" }, {
    eventId: "bad",
    payload: "[]",
  });
  await earlier.stopEarlier();
  await adoptAll(earlier);
  await earlier.sql`
    update earlier_events set payload = lo_from_bytea(0, ${
    Buffer.from(earlierPayload())
  })
    where event_id = 'mended'`;
  await adoptAll(earlier);
  const [events, listed] = [
    await earlier.sql`select event_id from events`,
    await earlier.sql`select event_id from earlier_events_not_adopted`,
  ];
  assert.deepEqual([...events], [{ event_id: "mended" }]);
  assert.deepEqual([...listed], [{ event_id: "bad" }]);
});

test("while the earlier service is connected its table stays in its place", async () => {
  await using earlier = await earlierDatabase();
  await earlier.fill({ eventId: "evt-1" });
  const before = await digest(earlier.sql);
  await assert.rejects(
    adoptAll(earlier),
    (error) =>
      error instanceof StartError &&
      /^The earlier service is connected, .* "PostgreSQL JDBC Driver"\): stop it,/
        .test(error.message),
  );
  assert.deepEqual(await digest(earlier.sql), before);
});

test("while a backup reads the earlier table, it stays in its place", async () => {
  await using earlier = await earlierDatabase();
  await earlier.fill({ eventId: "evt-1" });
  await earlier.stopEarlier();
  const before = await digest(earlier.sql);
  await using backup = disposable(connectForAdoption(earlier.admin));
  await backup.begin(async (backup) => {
    await backup`select from events`;
    await assert.rejects(
      adoptAll(earlier),
      /^StartError: The earlier table is in use, as by a backup or a long query: .* Nothing was changed\.$/,
    );
  });
  assert.deepEqual(await digest(earlier.sql), before);
});

test("where our tables cannot be made, the earlier table stays in its place", async () => {
  await using earlier = await earlierDatabase();
  await earlier.fill({ eventId: "evt-1" });
  await earlier.stopEarlier();
  await earlier.sql`create sequence events_payment_id`;
  const before = await digest(earlier.sql);
  await assert.rejects(
    adoptAll(earlier),
    /Cannot migrate database .*"events_payment_id" already exists/,
  );
  assert.deepEqual(await digest(earlier.sql), before);
});

test("a payload that may not be read ends the run, and nothing is passed over for it", async () => {
  await using earlier = await earlierDatabase();
  await earlier.fill({ eventId: "evt-1" });
  await earlier.stopEarlier();
  const role = earlier.earlierAddress.user;
  const owner = earlier.addressOf("owner");
  await earlier.sql.unsafe(`
    grant select on events to eventflow_owner;
    insert into events
    select now(), now(), 'other', 'payment.authorized.v1', 'provider', lo_from_bytea(0, '{}')`);
  await using sql = disposable(connectForAdoption(owner));
  assert.equal((await survey(sql, silent)).unreadable, 2);
  await assert.rejects(
    adoptAll(earlier, { as: owner }),
    /User eventflow_owner does not own events of earlier_\w+ in database .*: adopt it as its owner or as a superuser\.$/,
  );
  await earlier.sql.unsafe(`grant ${role} to eventflow_owner`);
  await assert.rejects(
    adoptAll(earlier, { as: owner }),
    /User eventflow_owner may not read the payload of event "other", a large object of another user/,
  );
  assert.equal((await adoptionOf(earlier.sql))?.position, null);
  await adoptAll(earlier);
  assert.deepEqual(
    [...await earlier.sql`select event_id from events order by 1`],
    [{ event_id: "evt-1" }],
  );
});

test("the earlier login adopts where it is a member of the owner, and is told so where it is not", async () => {
  await using earlier = await earlierDatabase();
  const { earlierAddress, sql } = earlier;
  await earlier.fill(...many(3));
  await earlier.stopEarlier();
  await assert.rejects(
    adoptAll(earlier, { as: earlierAddress }),
    /User earlier_\w+ cannot leave the tables of database .* to eventflow_owner: have a DBA `grant eventflow_owner to earlier_\w+`/,
  );
  await sql.unsafe(`grant eventflow_owner to ${earlierAddress.user}`);
  await adoptAll(earlier, { as: earlierAddress });
  const owners = await sql`
    select distinct tableowner from pg_tables where schemaname = 'public'`;
  assert.deepEqual([...owners], [{ tableowner: "eventflow_owner" }]);
  const [row] = await sql`select count(*)::int from events`;
  assert.equal(row?.count, 3);
});

test("an adopted event that comes from Kafka again is a duplicate, and one that differs a dead letter", async () => {
  await using earlier = await earlierDatabase();
  const timestamp = "2026-01-02T03:04:05.678Z";
  await earlier.fill(
    { eventId: "evt-1", timestamp },
    { eventId: "evt-2", timestamp },
  );
  await earlier.stopEarlier();
  await adoptAll(earlier);
  const more = `"note":"which the earlier service did not keep"`;
  assert.deepEqual(
    await handled(
      earlier,
      record(1, paymentJson({ eventId: "evt-1", more })),
      record(2, paymentJson({ eventId: "evt-2", amount: "49.91" })),
    ),
    ["duplicate", "conflicting_duplicate"],
  );
});

test("an event that persistence has stored before it was adopted is not doubled, and one that differs is listed", async () => {
  await using earlier = await earlierDatabase();
  const timestamp = "2026-01-02T03:04:05.678Z";
  await earlier.fill(
    { eventId: "evt-1", timestamp },
    { eventId: "evt-2", timestamp },
    { eventId: "evt-3", timestamp },
  );
  await earlier.stopEarlier();
  await migrate(earlier.admin);
  await handled(
    earlier,
    record(1, paymentJson({ eventId: "evt-1", more: `"note":1` })),
    record(2, paymentJson({ eventId: "evt-2", amount: "49.91" })),
  );
  await adoptAll(earlier);
  const adoption = await adoptionOf(earlier.sql);
  assert.equal(adoption?.adopted, 1);
  assert.equal(adoption?.storedBefore, 1);
  const listed = await earlier.sql`
    select event_id, code from earlier_events_not_adopted`;
  assert.deepEqual([...listed], [
    { event_id: "evt-2", code: "conflicting_duplicate" },
  ]);
});

test("nobody but the owner changes what was adopted, and a row without a record must have been", async () => {
  await using earlier = await earlierDatabase();
  await earlier.fill({ eventId: "evt-1" });
  await earlier.stopEarlier();
  await adoptAll(earlier);
  await assert.rejects(
    earlier.database.use((sql) =>
      sql`
        insert into events (event_id, event_type, source, event_timestamp, payload, payment_id, amount, currency)
        values ('e', 't', 's', now(), '{}', 'p', 1, 'EUR')`
    ),
    /events_record_or_adopted/,
  );
  for (
    const table of [
      "earlier_events",
      "earlier_events_adoption",
      "earlier_events_not_adopted",
    ]
  ) {
    const [may] = await earlier.sql`
      select
        has_table_privilege('eventflow_writer', ${table}, 'select, insert, update, delete, truncate') as writer,
        has_table_privilege('eventflow_reader', ${table}, 'insert, update, delete, truncate') as reader_more,
        has_table_privilege('eventflow_reader', ${table}, 'select') as reader`;
    assert.deepEqual({ ...may }, {
      writer: false,
      reader_more: false,
      reader: true,
    });
  }
});

test("the DBA's roles.sql leaves the earlier table with its service", async () => {
  await using earlier = await earlierDatabase();
  await earlier.sql.unsafe(await readFile(rolesFile, "utf8"));
  await earlier.fill({ eventId: "evt-1" });
});

test("a table events that is neither's is recognised as neither", async () => {
  await using earlier = await earlierDatabase();
  const { sql } = earlier;
  const kindAfter = async (statement: string) => {
    await earlier.sql.unsafe(`drop table events; ${statement}`);
    return (await eventsTableOf(sql)).kind;
  };
  assert.equal((await eventsTableOf(sql)).kind, "earlier");
  const table = HIBERNATE_TABLE;
  assert.deepEqual([
    await kindAfter(table),
    await kindAfter(table.replace("primary key", "unique")),
    await kindAfter(table.replace("primary key (event_id)", "more text")),
    await kindAfter(table.replace("payload oid", "payload text")),
    await kindAfter(table.replace("payload oid", "payload jsonb")),
    await kindAfter("create table events (id bigint primary key)"),
    await kindAfter(
      `${
        table.replace("events", "more")
      }; create view events as select * from more`,
    ),
  ], [
    "earlier",
    "earlier",
    "foreign",
    "foreign",
    "foreign",
    "foreign",
    "foreign",
  ]);
});

test("the page's way back puts the earlier table in its place, and the move can be made again", async () => {
  await using earlier = await earlierDatabase();
  const { sql, earlierAddress: { user } } = earlier;
  await earlier.fill(...many(3), { eventId: "bad", payload: "not json" });
  const before = await keptOf(sql, "events");
  await earlier.stopEarlier();
  await adoptAll(earlier);
  const page = await readFile(
    new URL("../../../docs/coming-from.md", import.meta.url),
    "utf8",
  );
  const back = /^### Back\n[^]*?^```text\n([^]*?)^```$/m.exec(page)?.[1] ?? "";
  assert.match(back, /owner to eventflow;/);
  await sql.unsafe(back.replace("owner to eventflow;", `owner to ${user};`));
  assert.equal((await eventsTableOf(sql)).kind, "earlier");
  assert.deepEqual([...await keptOf(sql, "events")], [...before]);
  await adoptAll(earlier);
  assert.equal((await adoptionOf(sql))?.adopted, 3);
});
