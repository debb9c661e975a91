import assert from "node:assert/strict";
import { test } from "node:test";
import { eventJson, TestPipeline } from "#kit/audit/test_pipeline.ts";
import { brief, recordOf } from "#kit/audit/test_reports.ts";

/** As `deno task migrate --adopt` leaves it, which keeps five keys of a payload. */
async function adopt(
  { sql }: TestPipeline,
  ...events: readonly string[]
): Promise<void> {
  await sql.unsafe(
    `create table if not exists earlier_events (event_id text primary key);
    grant select on earlier_events to eventflow_reader`,
  );
  for (const event of events) {
    await sql`
      with given as (select ${event}::text::jsonb as event), kept as (
        insert into earlier_events select event->>'event_id' from given
      )
      insert into events (
        event_id, event_type, source, event_timestamp, payload, payment_id, amount, currency, adopted_at
      )
      select event->>'event_id', event->>'event_type', event->>'source',
        (event->>'timestamp')::timestamptz, (event->'payload') - 'note',
        event#>>'{payload,payment_id}', (event#>>'{payload,amount}')::numeric,
        event#>>'{payload,currency}', now()
      from given`;
  }
}

const withNote = (event: string) =>
  event.replace(`"payload":{`, `"payload":{"note":"more",`);

test("adopted rows are nobody's invention, and records of their events are duplicates", async () => {
  await using pipeline = await TestPipeline.open();
  const [again, other] = [withNote(eventJson("e-0")), eventJson("e-1")];
  await adopt(pipeline, again, eventJson("long-gone"));
  await pipeline.accept(again, other);
  await pipeline.runAll();
  const report = await pipeline.audit();
  assert.deepEqual(brief(report), []);
  assert.equal(report.balanced, true);
  const stageAudit = report.sums.find((one) =>
    one.service === "persistence-writer"
  );
  assert.deepEqual(stageAudit?.right, [
    { name: "rows", count: 1 },
    { name: "duplicates", count: 1 },
    { name: "dead letters", count: 0 },
  ]);
  assert.equal(
    stageAudit?.remark,
    "beside these 2 rows were adopted from the earlier service, which no record made",
  );
});

test("a row that only says it was adopted is unexplained, and one that was and is changed conflicts", async () => {
  await using pipeline = await TestPipeline.open();
  await adopt(pipeline, eventJson("e-0"), eventJson("forged"));
  await pipeline.accept(eventJson("e-0"));
  await pipeline.runAll();
  await pipeline.sql`delete from earlier_events where event_id = 'forged'`;
  await pipeline.sql`update events set amount = 1 where event_id = 'e-0'`;
  const report = await pipeline.audit();
  const record = await recordOf(pipeline, pipeline.topics.validated, "e-0");
  assert.deepEqual(
    report.findings.map(({ sentence }) => sentence).sort(),
    [
      `conflicting: event "e-0", ${record.topic}/${record.partition}/${record.offset}, differs from the row of its event_id, which was adopted, in amount.`,
      `unexplained: event "forged", a row, says that it was adopted, and earlier_events has no such row.`,
    ],
  );
});

test("where the earlier table is gone the audit says that it has not checked adopted rows", async () => {
  await using pipeline = await TestPipeline.open();
  await adopt(pipeline, eventJson("long-gone"));
  await pipeline.sql`drop table earlier_events`;
  await pipeline.accept(eventJson("e-0"));
  await pipeline.runAll();
  const report = await pipeline.audit();
  assert.equal(report.balanced, true);
  assert.match(
    report.sums.at(-1)?.remark ?? "",
    /^beside these 1 rows were adopted .*; earlier_events is gone, so they are not checked$/,
  );
});
