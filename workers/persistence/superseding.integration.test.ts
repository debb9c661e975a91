import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type postgres from "postgres";
import { factRecord, factTypes } from "#kit/mapped_fact.ts";
import { persistenceDatabase } from "#kit/persistence/persistence_database.ts";
import { handled, handlerOf } from "#kit/persistence/test_handler.ts";
import { until } from "#kit/until.ts";
import { judgeEvents } from "./event_store.ts";

const amountsOf = async (sql: postgres.Sql, table = "events") => {
  const rows = await sql`
    select amount::text, mapping_version from ${sql(table)}
    order by event_id, mapping_version`;
  return rows.map((row) => `${row.amount} by ${row.mapping_version}`);
};

test("a fact of a higher version takes the place of the lower one, which is kept whole with when and by which record", async () => {
  await using fresh = await persistenceDatabase();
  await handled(fresh, factRecord(7, { amount: "4990" }));
  const [before] = await fresh.sql`select * from events`;
  assert.deepEqual(
    await handled(
      fresh,
      factRecord(9, { version: 2, amount: "49.90", origin: 7, item: "2/3" }),
    ),
    ["superseded"],
  );
  const [row] = await fresh.sql`
    select amount::text, payload->>'amount' as in_payload, source_offset, origin_topic, origin_partition, origin_offset,
      origin_item, mapping_version, received_at, now() - stored_at < interval '1 minute' as just_now
    from events`;
  assert.deepEqual({ ...row }, {
    amount: "49.90",
    in_payload: "49.90",
    source_offset: "9",
    origin_topic: "events.raw.v1",
    origin_partition: 2,
    origin_offset: "7",
    origin_item: 2,
    mapping_version: 2,
    received_at: new Date(1767323045685),
    just_now: true,
  });
  const [kept] = await fresh.sql`select * from superseded_events`;
  const {
    superseded_at: at,
    superseded_by_topic: topic,
    superseded_by_partition: partition,
    superseded_by_offset: offset,
    ...whole
  } = kept ?? {};
  assert.deepEqual(whole, { ...before });
  assert.ok(at instanceof Date);
  assert.deepEqual([topic, partition, offset], ["events.validated.v1", 0, "9"]);
});

test("a fact that a later webhook tells again by a higher version is no later for that", async () => {
  await using fresh = await persistenceDatabase();
  const captured = { factId: "cap", type: "captured", origin: 1 } as const;
  await handled(
    fresh,
    factRecord(1, captured),
    factRecord(2, { factId: "re", type: "refunded", origin: 2 }),
    factRecord(3, { ...captured, version: 2, amount: "1", origin: 3 }),
  );
  const [payment] = await fresh.sql`select event_type from payments`;
  assert.equal(payment?.event_type, "payment.refunded.v1");
  const rows = await fresh.sql`
    select amount::text, origin_offset from events order by origin_offset`;
  assert.deepEqual(
    rows.map((row) => [row.amount, row.origin_offset]),
    [["1", "1"], ["49.90", "2"]],
  );
});

test("the very record that took a place is stored earlier when it comes again, and the one that lost it is outdated", async () => {
  await using fresh = await persistenceDatabase();
  const batch = [factRecord(1), factRecord(2, { version: 2, amount: "1" })];
  assert.deepEqual(await handled(fresh, ...batch), ["stored", "superseded"]);
  assert.deepEqual(await handled(fresh, ...batch), [
    "outdated",
    "stored_earlier",
  ]);
  assert.deepEqual(await amountsOf(fresh.sql, "superseded_events"), [
    "49.90 by 1",
  ]);
});

test("of several versions in one batch each takes the place of those before it, and none of a higher one", async () => {
  await using fresh = await persistenceDatabase();
  assert.deepEqual(
    await handled(
      fresh,
      factRecord(1, { version: 1, amount: "1" }),
      factRecord(2, { version: 2, amount: "2" }),
      factRecord(3, { version: 1, amount: "1" }),
      factRecord(4, { version: 4, amount: "4" }),
      factRecord(5, { version: 3, amount: "3" }),
      factRecord(6, { version: 4, amount: "4.0" }),
      factRecord(7, { factId: "another", version: 3 }),
    ),
    [
      "stored",
      "superseded",
      "outdated",
      "superseded",
      "outdated",
      "duplicate",
      "stored",
    ],
  );
  const kept = await fresh.sql`
    select amount::text, source_offset, superseded_by_offset from superseded_events order by mapping_version`;
  assert.deepEqual(kept.map((row) => Object.values({ ...row })), [
    ["1", "1", "2"],
    ["2", "2", "4"],
  ]);
  assert.deepEqual(await amountsOf(fresh.sql), ["49.90 by 3", "4 by 4"]);
});

test("a fact that is told again with another time and another description is a duplicate, and the first telling stays", async () => {
  await using fresh = await persistenceDatabase();
  assert.deepEqual(
    await handled(
      fresh,
      factRecord(1),
      factRecord(2, {
        amount: "4.99e1",
        timestamp: "2026-01-02T03:04:06Z",
        more: { provider_event_id: "evt_2", customer_id: "cus_1" },
      }),
    ),
    ["stored", "duplicate"],
  );
  const [row] = await fresh.sql`
    select source_offset, payload ? 'customer_id' as has_customer from events`;
  assert.deepEqual({ ...row }, { source_offset: "1", has_customer: false });
});

for (
  const [key, other] of [
    ["event_type", { type: "captured" }],
    ["payment_id", { paymentId: "pay-2" }],
    ["amount", { amount: "49.91" }],
    ["currency", { currency: "EUR" }],
  ] as const
) {
  test(`a fact of the same version that says another ${key} is a conflict that names it`, async () => {
    await using fresh = await persistenceDatabase();
    const handle = handlerOf(fresh.database);
    await handle([factRecord(1)]);
    const [outcome] = await handle([factRecord(2, other)]);
    assert.ok(outcome?.kind === "dead-letter");
    assert.equal(outcome.rejection.code, "conflicting_duplicate");
    assert.deepEqual(outcome.rejection.issues.map(({ path }) => path), [key]);
  });
}

test("an event that was not mapped is not superseded, and a mapped fact under its id is held against the whole of it", async () => {
  await using fresh = await persistenceDatabase();
  assert.deepEqual(
    await handled(
      fresh,
      factRecord(1, { version: 0 }),
      factRecord(2, { version: 2 }),
      factRecord(3, { version: 3, timestamp: "2027-01-01T00:00:00Z" }),
      factRecord(4, { factId: "b", version: 1 }),
      factRecord(5, { factId: "b", version: 0, amount: "1" }),
    ),
    [
      "stored",
      "duplicate",
      "conflicting_duplicate",
      "stored",
      "conflicting_duplicate",
    ],
  );
});

for (const said of ["0", "-1", "1.5", "01", "9999999999", "", "two"]) {
  test(`a version of ${JSON.stringify(said)} is none`, async () => {
    await using fresh = await persistenceDatabase();
    const odd = { "eventflow-mapping-version": said };
    await handled(fresh, factRecord(1, { headers: odd }));
    const [row] = await fresh.sql`select mapping_version from events`;
    assert.equal(row?.mapping_version, null);
  });
}

test("a payment whose event moved to another payment has what is left, and the other one has it", async () => {
  await using fresh = await persistenceDatabase();
  await handled(
    fresh,
    factRecord(1, { factId: "a" }),
    factRecord(2, { factId: "b", type: "captured" }),
    factRecord(3, { factId: "c", paymentId: "pay-2" }),
  );
  await handled(
    fresh,
    factRecord(4, { factId: "b", version: 2, paymentId: "pay-2", origin: 2 }),
  );
  const last = async () =>
    (await fresh.sql`select payment_id, event_id from payments order by 1`)
      .map(({ payment_id, event_id }) => `${payment_id} ${event_id}`);
  assert.deepEqual(await last(), [
    "pay-1 stripe:main:a",
    "pay-2 stripe:main:c",
  ]);
  await handled(
    fresh,
    factRecord(5, { factId: "a", version: 2, paymentId: "pay-3", origin: 1 }),
  );
  assert.deepEqual(await last(), [
    "pay-2 stripe:main:c",
    "pay-3 stripe:main:a",
  ]);
});

test("a payment whose events several writers take away at once is gone", async () => {
  await using fresh = await persistenceDatabase();
  const partitions = [0, 1, 2];
  const told = (partition: number, version: number) =>
    factRecord(version, {
      factId: `f-${partition}`,
      // Behind the one that they wait for.
      paymentId: version === 1 ? "pay-1" : `pay-2-${partition}`,
      version,
      partition,
      origin: partition,
    });
  await handled(fresh, ...partitions.map((one) => told(one, 1)));
  const waiting = async (sql: postgres.ISql) => {
    // A transaction sees of others what they did when it asked first.
    await sql`select pg_stat_clear_snapshot()`;
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    return row?.count;
  };
  // All of them come to its row before any goes on.
  const words: Promise<unknown>[] = [];
  await fresh.sql.begin(async (sql) => {
    await sql`select from payments where payment_id = 'pay-1' for update`;
    for (const one of partitions) words.push(handled(fresh, told(one, 2)));
    await until(
      "all wait for the payment",
      async () => await waiting(sql) === partitions.length,
    );
  });
  assert.deepEqual(
    (await Promise.all(words)).flat(),
    partitions.map(() => "superseded"),
  );
  const payments = await fresh.sql`select payment_id from payments order by 1`;
  assert.deepEqual(
    payments.map(({ payment_id }) => payment_id),
    partitions.map((one) => `pay-2-${one}`),
  );
});

test("what is judged supersedes nothing", async () => {
  await using fresh = await persistenceDatabase();
  await handled(fresh, factRecord(1));
  const place = { topic: "t", partition: 0, offset: 2 };
  const judged = await judgeEvents(fresh.database, [{
    ...place,
    json: `${factRecord(2, { amount: "1" }).value}`,
    origin: place,
    receivedAt: undefined,
    mappingVersion: 2,
  }]);
  assert.deepEqual(judged, [{ kind: "superseded" }]);
  assert.deepEqual(await amountsOf(fresh.sql), ["49.90 by 1"]);
  assert.deepEqual(await amountsOf(fresh.sql, "superseded_events"), []);
});

test("two writers that supersede the same facts in opposite orders meet no deadlock, and each step is kept once", async () => {
  await using fresh = await persistenceDatabase();
  const FACTS = 200;
  const told = (partition: number, version: number) => {
    const facts = Array.from(
      { length: FACTS },
      (_, n) =>
        factRecord(version * FACTS + n, {
          factId: `f-${1_000 + n}`,
          // Moved to another payment each time, in the opposite order of the facts.
          paymentId: `p-${1_000 + (version * 7 + FACTS - n) % FACTS}`,
          version,
          origin: n,
          partition,
        }),
    );
    return partition === 0 ? facts : facts.toReversed();
  };
  for (let version = 1; version <= 6; version++) {
    const words = (await Promise.all([
      handled(fresh, ...told(0, version)),
      handled(fresh, ...told(1, version)),
    ])).flat();
    const took = words.filter((word) => word !== "duplicate");
    assert.equal(took.length, FACTS, `version ${version}`);
  }
  const [counts] = await fresh.sql`
    select (select count(*)::int from superseded_events) as superseded, (select count(*)::int from payments) as payments,
      (select count(distinct (event_id, mapping_version))::int from superseded_events) as different`;
  assert.deepEqual({ ...counts }, {
    superseded: 5 * FACTS,
    payments: FACTS,
    different: 5 * FACTS,
  });
});

/** What a reader sees, but for the record that told it and when. */
const seenIn = async (sql: postgres.Sql) => ({
  events: (await sql`
    select event_id, event_type, source, event_timestamp, payload, payment_id, amount::text, currency, received_at,
      origin_topic, origin_partition, origin_offset, origin_item, mapping_version
    from events order by event_id`).map((row) => ({ ...row })),
  payments: (await sql`
    select payment_id, event_id, event_type, event_timestamp, amount::text, currency, origin_topic, origin_partition,
      origin_offset, origin_item, origin_at
    from payments order by payment_id`).map((row) => ({ ...row })),
  states: (await sql`
    select payment_id, currency, state, authorized::text, captured::text, refunded::text, disputed::text, lost::text,
      failed, first_at, last_at
    from payment_states order by payment_id, currency`).map((row) => ({
    ...row,
  })),
});

test("whatever the order and the number of tellings of versions, rows and payments are as if only the highest had been told, once", async () => {
  await using fresh = await persistenceDatabase();
  const said = fc.record({
    type: fc.constantFrom(...factTypes),
    paymentId: fc.constantFrom("pay-1", "pay-2", "pay-3"),
    amount: fc.constantFrom("1", "2.50", "10.0000000000000001"),
    currency: fc.constantFrom("USD", "EUR"),
  });
  const fact = fc.record({
    versions: fc.tuple(said, said, said),
    /** Facts may be of one raw record. */
    origin: fc.nat(2),
    minute: fc.nat(3),
    /** Which versions are told, in this order. */
    told: fc.array(
      fc.record({ version: fc.integer({ min: 1, max: 3 }), when: fc.nat(99) }),
      { minLength: 1, maxLength: 6 },
    ),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fact, { minLength: 1, maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 }),
      async (facts, sizes) => {
        const telling = (
          offset: number,
          n: number,
          version: number,
        ) => {
          const one = facts[n];
          assert.ok(one);
          return factRecord(offset, {
            ...one.versions[version - 1],
            factId: `f-${n}`,
            version,
            origin: one.origin,
            item: `${n + 1}/4`,
            timestamp: `2026-01-02T03:0${one.minute}:00Z`,
          });
        };
        await fresh.sql`truncate events, payments, superseded_events`;
        const tellings = facts
          .flatMap(({ told }, n) => told.map((one) => ({ ...one, n })))
          .sort((one, other) => one.when - other.when)
          .map(({ n, version }, offset) => telling(offset, n, version));
        for (let from = 0, batch = 0; from < tellings.length; batch++) {
          const size = sizes[batch % sizes.length] ?? 1;
          await handled(fresh, ...tellings.slice(from, from + size));
          from += size;
        }
        const seen = await seenIn(fresh.sql);
        await fresh.sql`truncate events, payments, superseded_events`;
        for (const [n, { told }] of facts.entries()) {
          const highest = Math.max(...told.map(({ version }) => version));
          await handled(fresh, telling(n, n, highest));
        }
        assert.deepEqual(seen, await seenIn(fresh.sql));
      },
    ),
    { numRuns: 150 },
  );
});
