import assert from "node:assert/strict";
import { test } from "node:test";
import { persistenceDatabase } from "#kit/persistence/persistence_database.ts";
import { handled, handlerOf } from "#kit/persistence/test_handler.ts";
import { paymentJson } from "#kit/payment.ts";
import { record } from "#kit/validated_record.ts";

test("a row has the event's values and the record it came in", async () => {
  await using fresh = await persistenceDatabase();
  const json = paymentJson({ more: `"note":"é😀\\u00e9"` });
  const headers = { "eventflow-received-at": "1767323045678" };
  assert.deepEqual(await handled(fresh, record(7, json, { headers })), [
    "stored",
  ]);
  const [row] = await fresh.sql`
    select *, amount::text as amount_text, event_timestamp::text,
      payload->>'note' as note, now() - stored_at < interval '1 minute' as just_now
    from events`;
  assert.equal(row?.event_id, "evt-1");
  assert.equal(row?.event_type, "payment.authorized.v1");
  assert.equal(row?.source, "provider");
  assert.match(row?.event_timestamp, /05\.678/);
  assert.equal(row?.payment_id, "pay-1");
  assert.equal(row?.amount_text, "49.90");
  assert.equal(row?.currency, "USD");
  assert.equal(row?.note, "é😀é");
  assert.equal(row?.source_topic, "events.validated.v1");
  assert.equal(row?.source_partition, 0);
  assert.equal(row?.source_offset, "7");
  assert.deepEqual(row?.received_at, new Date(1767323045678));
  assert.equal(row?.just_now, true);
});

for (
  const [written, kept] of [
    ["49.90", "49.90"],
    ["10.0000000000000001", "10.0000000000000001"],
    ["1e-7", "0.0000001"],
    ["900719925474099.31", "900719925474099.31"],
    ["0.1", "0.1"],
    ["1E3", "1000"],
  ] as const
) {
  test(`an amount written ${written} is kept as exactly ${kept}`, async () => {
    await using fresh = await persistenceDatabase();
    await handled(fresh, record(1, paymentJson({ amount: written })));
    const [row] = await fresh.sql`
      select amount::text, payload->>'amount' as in_payload from events`;
    assert.equal(row?.amount, kept);
    assert.equal(row?.in_payload, kept);
  });
}

test("of equal events in one batch the first is stored and the others are duplicates", async () => {
  await using fresh = await persistenceDatabase();
  assert.deepEqual(
    await handled(
      fresh,
      record(1, paymentJson()),
      record(2, paymentJson({ eventId: "evt-2" })),
      record(3, paymentJson()),
    ),
    ["stored", "stored", "duplicate"],
  );
  const [row] = await fresh.sql`
    select source_offset from events where event_id = 'evt-1'`;
  assert.equal(row?.source_offset, "1");
});

test("an event stored in an earlier batch is a duplicate", async () => {
  await using fresh = await persistenceDatabase();
  await handled(fresh, record(1, paymentJson()));
  assert.deepEqual(
    await handled(
      fresh,
      record(2, paymentJson({ eventId: "evt-2" })),
      record(3, paymentJson()),
    ),
    ["stored", "duplicate"],
  );
});

test("the very record again is no duplicate", async () => {
  await using fresh = await persistenceDatabase();
  const batch = [record(1, paymentJson()), record(2, paymentJson())];
  await handled(fresh, ...batch);
  assert.deepEqual(await handled(fresh, ...batch), [
    "stored_earlier",
    "duplicate",
  ]);
});

test("another body under a stored id is a conflict, in one batch and across batches, and changes nothing", async () => {
  await using fresh = await persistenceDatabase();
  const other = paymentJson({ amount: "1" });
  assert.deepEqual(
    await handled(fresh, record(1, paymentJson()), record(2, other)),
    ["stored", "conflicting_duplicate"],
  );
  assert.deepEqual(await handled(fresh, record(3, other)), [
    "conflicting_duplicate",
  ]);
  const rows = await fresh.sql`select amount::text from events`;
  assert.deepEqual(rows.map((row) => row.amount), ["49.90"]);
});

test("the very record under a stored id, but with another body, is a conflict", async () => {
  await using fresh = await persistenceDatabase();
  await handled(fresh, record(1, paymentJson()));
  assert.deepEqual(
    await handled(fresh, record(1, paymentJson({ amount: "1" }))),
    ["conflicting_duplicate"],
  );
});

test("events are equal whatever their key order, white space, number form or offset of time", async () => {
  await using fresh = await persistenceDatabase();
  await handled(fresh, record(1, paymentJson({ more: `"a":1,"b":2` })));
  const reordered = paymentJson({
    amount: "4.990e1",
    timestamp: "2026-01-02T04:04:05.678+01:00",
    more: ` "b" : 2.0 ,\n "a":1`,
  });
  assert.deepEqual(await handled(fresh, record(2, reordered)), ["duplicate"]);
});

test("a conflict names the keys that differ", async () => {
  await using fresh = await persistenceDatabase();
  const handle = handlerOf(fresh.database);
  await handle([record(1, paymentJson())]);
  const [outcome] = await handle([
    record(2, paymentJson({ timestamp: "2026-01-02T03:04:06Z" })),
  ]);
  assert.ok(outcome?.kind === "dead-letter");
  assert.deepEqual(outcome.rejection.issues.map(({ path }) => path), [
    "timestamp",
  ]);
});

test("500 records are stored by one statement", async () => {
  await using fresh = await persistenceDatabase();
  await fresh.sql`
    create table statements_seen (at timestamptz default clock_timestamp())`;
  await fresh.sql`
    create function see_statement() returns trigger language plpgsql security definer as
      'begin insert into statements_seen default values; return null; end'`;
  await fresh.sql`
    create trigger see_statement after insert on events
    for each statement execute function see_statement()`;
  const records = Array.from(
    { length: 500 },
    (_, i) => record(i, paymentJson({ eventId: `evt-${i}` })),
  );
  const outcomes = await handled(fresh, ...records);
  assert.equal(outcomes.filter((word) => word === "stored").length, 500);
  const [seen] = await fresh.sql`
    select (select count(*) from statements_seen) as statements,
      (select count(*) from events) as rows`;
  assert.deepEqual({ ...seen }, { statements: "1", rows: "500" });
});

test("two writers that store the same events in opposite order make each row once and meet no deadlock", async () => {
  await using fresh = await persistenceDatabase();
  const events = Array.from(
    { length: 200 },
    (_, i) => paymentJson({ eventId: `evt-${i}` }),
  );
  const one = events.map((json, i) => record(i, json));
  const two = events.toReversed().map((json, i) => ({
    ...record(i, json),
    partition: 1,
  }));
  const words = (await Promise.all([
    handled(fresh, ...one),
    handled(fresh, ...two),
  ])).flat();
  assert.equal(words.filter((word) => word === "stored").length, 200);
  assert.equal(words.filter((word) => word === "duplicate").length, 200);
});
