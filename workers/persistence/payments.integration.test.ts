import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import fc from "fast-check";
import type postgres from "postgres";
import { headers } from "#contracts/headers.ts";
import { isLater, type Precedence } from "#consumer/precedence.ts";
import { interleavings } from "#kit/interleavings.ts";
import { paymentJson } from "#kit/payment.ts";
import { persistenceDatabase } from "#kit/persistence/persistence_database.ts";
import { handled } from "#kit/persistence/test_handler.ts";
import { record } from "#kit/validated_record.ts";
import { judgeEvents, storeEvents } from "./event_store.ts";

/** A record of an event whose raw record is at an offset, put in again at another one if that is said. */
function arrival(
  offset: number,
  { eventId = `evt-${offset}`, origin, paymentId, amount, raw = 2 }: {
    eventId?: string;
    origin?: number;
    paymentId?: string;
    amount?: string;
    /** Its raw record's partition. */
    raw?: number;
  } = {},
) {
  return record(
    offset,
    paymentJson({
      eventId,
      ...paymentId === undefined ? {} : { paymentId },
      ...amount === undefined ? {} : { amount },
    }),
    {
      headers: {
        [headers.source]: `events.raw.v1/${raw}/${offset}`,
        ...origin === undefined
          ? {}
          : { [headers.origin]: `events.raw.v1/${raw}/${origin}` },
      },
    },
  );
}

const lastEventsOf = async (sql: postgres.Sql) => {
  const rows = await sql<{ event_id: string }[]>`
    select event_id from payments order by payment_id`;
  return rows.map(({ event_id }) => event_id);
};

test("a payment's row has the values of its last event, its record and its origin", async () => {
  await using fresh = await persistenceDatabase();
  await handled(fresh, arrival(7, { amount: "1" }));
  const again = record(
    9,
    paymentJson({ eventId: "evt-9", amount: "10.0000000000000001" }),
    {
      headers: {
        [headers.source]: "events.raw.v1/2/19",
        [headers.origin]: "events.raw.v1/2/8",
        [headers.receivedAt]: "1767323045678",
      },
    },
  );
  await handled(fresh, again);
  const [row] = await fresh.sql`
    select payment_id, event_id, event_type, event_timestamp, amount::text, currency,
      source_topic, source_partition, source_offset, origin_topic, origin_partition, origin_offset,
      origin_at, now() - applied_at < interval '1 minute' as just_now
    from payments`;
  assert.deepEqual({ ...row }, {
    payment_id: "pay-1",
    event_id: "evt-9",
    event_type: "payment.authorized.v1",
    event_timestamp: new Date("2026-01-02T03:04:05.678Z"),
    amount: "10.0000000000000001",
    currency: "USD",
    source_topic: "events.validated.v1",
    source_partition: 0,
    source_offset: "9",
    origin_topic: "events.raw.v1",
    origin_partition: 2,
    origin_offset: "8",
    origin_at: new Date(1767323045678),
    just_now: true,
  });
});

test("a replay does not bring a payment back behind what came after its origin, in one batch or in several", async () => {
  await using fresh = await persistenceDatabase();
  const records = [
    arrival(1),
    arrival(3),
    arrival(4, { origin: 2 }),
    arrival(5, { paymentId: "pay-2" }),
    arrival(6, { paymentId: "pay-2", origin: 4 }),
  ];
  for (const one of records) await handled(fresh, one);
  assert.deepEqual(await lastEventsOf(fresh.sql), ["evt-3", "evt-5"]);
  await fresh.sql`truncate events, payments`;
  await handled(fresh, ...records);
  assert.deepEqual(await lastEventsOf(fresh.sql), ["evt-3", "evt-5"]);
});

test("a duplicate changes no payment, and neither does a conflict or the very record again", async () => {
  await using fresh = await persistenceDatabase();
  await handled(fresh, arrival(1), arrival(2));
  const before = await fresh.sql`select *, xmin from payments`;
  assert.deepEqual(
    await handled(
      fresh,
      arrival(2),
      arrival(3, { eventId: "evt-1" }),
      arrival(4, { eventId: "evt-1", amount: "1" }),
      arrival(5, { eventId: "evt-2", origin: 1 }),
    ),
    ["stored_earlier", "duplicate", "conflicting_duplicate", "duplicate"],
  );
  assert.deepEqual(await fresh.sql`select *, xmin from payments`, before);
});

test("of an event that was edited twice the last edit stays", async () => {
  await using fresh = await persistenceDatabase();
  await handled(fresh, arrival(8, { eventId: "first", origin: 3 }));
  await handled(fresh, arrival(9, { eventId: "second", origin: 3 }));
  assert.deepEqual(await lastEventsOf(fresh.sql), ["second"]);
});

test("an event that says no origin, as of a version before, is of its own record", async () => {
  await using fresh = await persistenceDatabase();
  await handled(fresh, arrival(1));
  await fresh.sql`
    insert into events (
      event_id, event_type, source, event_timestamp, payload, payment_id, amount, currency,
      source_topic, source_partition, source_offset, received_at
    )
    select 'of-before', event_type, source, event_timestamp, payload, payment_id, amount, currency,
      source_topic, source_partition, 2, now()
    from events`;
  const [row] = await fresh.sql`
    select event_id, origin_topic, origin_offset from payments`;
  assert.deepEqual({ ...row }, {
    event_id: "of-before",
    origin_topic: "events.validated.v1",
    origin_offset: "2",
  });
});

test("what is judged changes no payment", async () => {
  await using fresh = await persistenceDatabase();
  await handled(fresh, arrival(1));
  const place = { topic: "t", partition: 0, offset: 2 };
  await judgeEvents(fresh.database, [{
    ...place,
    json: paymentJson({ eventId: "judged" }),
    origin: place,
    receivedAt: new Date(),
  }]);
  assert.deepEqual(await lastEventsOf(fresh.sql), ["evt-1"]);
});

test("a payment whose id is too long for an index has its events, and no row of its own", async () => {
  await using fresh = await persistenceDatabase();
  const random = (length: number) =>
    fc.sample(
      fc.string({
        unit: "grapheme-ascii",
        minLength: length,
        maxLength: length,
      }),
      1,
    )[0] ?? "";
  const longest = `x${random(999)}`;
  assert.deepEqual(
    await handled(
      fresh,
      arrival(1, { paymentId: `x${random(5_000)}` }),
      arrival(2, { paymentId: longest }),
    ),
    ["stored", "stored"],
  );
  const rows = await fresh.sql`select payment_id from payments`;
  assert.deepEqual(rows.map(({ payment_id }) => payment_id), [longest]);
});

test("a record that names an origin which no log can have is stored, and is of the record it was made from", async () => {
  await using fresh = await persistenceDatabase();
  const odd = record(1, paymentJson(), {
    headers: {
      [headers.origin]: "events.raw.v1/9999999999/1",
      [headers.source]: "null/1/5",
    },
  });
  assert.deepEqual(await handled(fresh, odd), ["stored"]);
  const [row] = await fresh.sql`
    select origin_topic, origin_partition, origin_offset from payments`;
  assert.deepEqual(Object.values({ ...row }), ["null", 1, "5"]);
});

test("two writers that bring the same payments in opposite orders meet no deadlock, and the latest stays", async () => {
  await using fresh = await persistenceDatabase();
  const PAYMENTS = 300;
  const events = (writer: number, rank: number) =>
    Array.from({ length: PAYMENTS }, (_, n) => {
      const place = { topic: "raw", partition: 0, offset: rank * PAYMENTS + n };
      return {
        ...place,
        // In the order of their ids, in which they are inserted, their payments are in opposite ones.
        json: paymentJson({
          eventId: `${writer}-${rank}-${1_000 + n}`,
          paymentId: `p-${1_000 + (writer === 0 ? n : PAYMENTS - 1 - n)}`,
        }),
        origin: { ...place, offset: rank },
        receivedAt: undefined,
      };
    });
  for (let round = 0; round < 10; round++) {
    await Promise.all([
      storeEvents(fresh.database, events(0, 2 * round)),
      storeEvents(fresh.database, events(1, 2 * round + 1)),
    ]);
  }
  const rows = await fresh.sql<{ last: string; count: number }[]>`
    select origin_offset as last, count(*)::int from payments group by origin_offset`;
  assert.deepEqual(rows.map((row) => ({ ...row })), [
    { last: "19", count: PAYMENTS },
  ]);
});

/** What of a payment's row decides. */
const appliedOf = async (
  sql: postgres.Sql,
  table = "payments",
): Promise<Precedence[]> => {
  const rows = await sql`
    select *, (extract(epoch from origin_at) * 1000)::float8 as ms from ${
    sql(table)
  }`;
  const placeIn = (row: postgres.Row, of: "origin" | "source") => ({
    topic: row[`${of}_topic`],
    partition: row[`${of}_partition`],
    offset: Number(row[`${of}_offset`]),
  });
  return rows.map((row) => ({
    origin: placeIn(row, "origin"),
    part: row.part ?? row.origin_item ?? 0,
    source: placeIn(row, "source"),
    atMs: row.ms,
  }));
};

/** Applies states to a payment as the trigger does. */
const apply = (sql: postgres.Sql, states: readonly Precedence[]) => {
  const given = states.map(({ origin, part, source, atMs }) => ({
    payment_id: "p",
    event_id: "e",
    event_type: "t",
    event_timestamp: new Date(0),
    amount: 1,
    currency: "EUR",
    source_topic: source.topic,
    source_partition: source.partition,
    source_offset: source.offset,
    origin_topic: origin.topic,
    origin_partition: origin.partition,
    origin_offset: origin.offset,
    origin_item: part === 0 ? null : part,
    origin_at: new Date(atMs),
    applied_at: new Date(0),
  }));
  return sql`
    select apply_to_payments(array_agg(state))
    from jsonb_populate_recordset(null::payments, ${sql.json(given)}) as state`;
};

const coordinates = fc.record({
  topic: fc.constantFrom("a", "b"),
  partition: fc.nat(1),
  offset: fc.nat(2),
}, { noNullPrototype: true });

const anyPrecedence = fc.record({
  origin: coordinates,
  part: fc.nat(2),
  source: coordinates,
  atMs: fc.nat(2),
}, { noNullPrototype: true });

test("the database and the helper decide alike, whatever comes behind what", async () => {
  await using fresh = await persistenceDatabase();
  await fc.assert(
    fc.asyncProperty(
      anyPrecedence,
      anyPrecedence,
      async (applied, incoming) => {
        await fresh.sql`truncate payments`;
        await apply(fresh.sql, [applied]);
        await apply(fresh.sql, [incoming]);
        assert.deepEqual(await appliedOf(fresh.sql), [
          isLater(incoming, applied) ? incoming : applied,
        ]);
      },
    ),
    { numRuns: 300 },
  );
});

test("the page's SQL decides as the helper does", async () => {
  await using fresh = await persistenceDatabase();
  const page = await readFile(
    new URL("../../docs/decisions/0012-order-and-replays.md", import.meta.url),
    "utf8",
  );
  const [create = "", upsert = ""] =
    /^```sql\n([^]*?)^```$/m.exec(page)?.[1]?.split(/;\n+/) ?? [];
  await fresh.sql.unsafe(create);
  await fc.assert(
    fc.asyncProperty(
      anyPrecedence,
      anyPrecedence,
      async (applied, incoming) => {
        await fresh.sql`truncate last_states`;
        for (const { origin, part, source, atMs } of [applied, incoming]) {
          await fresh.sql.unsafe(upsert, [
            "pay-1",
            "",
            ...[origin.topic, origin.partition, origin.offset, part],
            ...[source.topic, source.partition, source.offset],
            new Date(atMs),
          ]);
        }
        assert.deepEqual(await appliedOf(fresh.sql, "last_states"), [
          isLater(incoming, applied) ? incoming : applied,
        ]);
      },
    ),
    { numRuns: 300 },
  );
});

test("however replays and originals interleave, and however they are cut into batches, the latest origin stays", async () => {
  await using fresh = await persistenceDatabase();
  await fc.assert(
    fc.asyncProperty(
      interleavings(),
      fc.array(fc.integer({ min: 1, max: 4 }), {
        minLength: 18,
        maxLength: 18,
      }),
      async ({ arrivals, last }, sizes) => {
        await fresh.sql`truncate payments`;
        let from = 0;
        for (const size of sizes) {
          const batch = arrivals.slice(from, from + size);
          if (batch.length > 0) await apply(fresh.sql, batch);
          from += size;
        }
        assert.deepEqual(await appliedOf(fresh.sql), [last]);
      },
    ),
    { numRuns: 150 },
  );
});

test("whichever of a payment's events fail, and in whatever order they are replayed, the table ends as if each had come in its place", async () => {
  await using fresh = await persistenceDatabase();
  const fact = fc.record({
    payment: fc.constantFrom("a", "b"),
    event: fc.nat(9),
    /** Absent: it passes at once. Else it is replayed, in the order of these. */
    replayed: fc.option(fc.nat(9), { nil: undefined }),
  });
  const facts = fc.uniqueArray(fact, {
    minLength: 1,
    maxLength: 10,
    selector: ({ payment, event }) => `${payment}-${event}`,
  });
  await fc.assert(
    fc.asyncProperty(
      facts,
      fc.integer({ min: 1, max: 4 }),
      async (facts, size) => {
        await fresh.sql`truncate events, payments`;
        const placed = facts.map(({ payment, event, replayed }, origin) => ({
          payment,
          eventId: `${payment}-${event}`,
          origin,
          replayed,
        }));
        const records = placed
          .toSorted((one, other) =>
            (one.replayed ?? -1) - (other.replayed ?? -1)
          )
          .map(({ eventId, payment, origin }, offset) =>
            arrival(100 + offset, { eventId, origin, paymentId: payment })
          );
        for (let from = 0; from < records.length; from += size) {
          await handled(fresh, ...records.slice(from, from + size));
        }
        const last = new Map<string, string>(
          placed.map(({ payment, eventId }) => [payment, eventId]),
        );
        assert.deepEqual(
          await lastEventsOf(fresh.sql),
          ["a", "b"].flatMap((payment) => last.get(payment) ?? []),
        );
      },
    ),
    { numRuns: 100 },
  );
});
