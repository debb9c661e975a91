import assert from "node:assert/strict";
import { test } from "node:test";
import { services } from "#contracts/services.ts";
import { eventJson, TestPipeline } from "#kit/audit/test_pipeline.ts";
import { brief, some, sumsOf } from "#kit/audit/test_reports.ts";
import { factRecord, type MappedFact } from "#kit/mapped_fact.ts";
import { partitioned } from "#kit/persistence/persistence_database.ts";
import { dropDay } from "../../../workers/persistence/days/days.ts";
import { longConnection } from "../../../workers/persistence/long_connection.ts";
import { stages } from "./stages.ts";

const toRow = {
  stages: stages.filter(({ service }) => service === services.persistence),
};

test("records of a day that was dropped are counted apart and balance, and what was not dropped on purpose is missing", async () => {
  await using pipeline = await TestPipeline.open();
  const { sql } = pipeline;
  await pipeline.accept(...some(5), eventJson("e-1"), eventJson("e-2", "7"));
  await pipeline.runAll();
  await tell(pipeline, { version: 1 }, { version: 2, amount: "1" }, {
    version: 1,
  });
  await dropAllThatIsStored(pipeline);
  await pipeline.accept(
    eventJson("late"),
    eventJson("e-3"),
    eventJson("e-4", "8"),
  );
  await pipeline.runAll();
  await tell(
    pipeline,
    { version: 2, amount: "1.0" },
    { version: 3, amount: "2" },
  );
  const report = await pipeline.audit(toRow);
  assert.deepEqual(brief(report), []);
  assert.equal(
    sumsOf(report).at(-1),
    "validated 15 = rows 1 + duplicates 0 + superseded 1 + outdated 2 + of dropped days 9 + dead letters 2",
  );
  const sum = report.sums.at(-1);
  assert.equal(sum?.state, "balanced");
  assert.match(
    sum?.remark ?? "",
    /^9 are of events whose rows were stored (on|from) 20.* and dropped with their days/,
  );

  await sql`update event_keys set digest = digest + 1 where event_id = 'e-0'`;
  assert.deepEqual(
    brief(await pipeline.audit(toRow)).map(({ kind, event_id }) =>
      `${kind} ${event_id}`
    ),
    ["conflicting e-0"],
  );
  // As if the partition had been lost, or dropped by hand.
  await sql`truncate event_days_dropped`;
  assert.equal((await pipeline.audit(toRow)).found.missing, 11);
});

/** Has persistence told of one fact, as the validator forwards what a mapping has made. */
async function tell(
  pipeline: TestPipeline,
  ...facts: readonly Partial<MappedFact>[]
): Promise<void> {
  await pipeline.put(
    pipeline.topics.validated,
    facts.map((fact, n) => ({ ...factRecord(n, fact), key: "one payment" })),
  );
  await pipeline.run("persistence");
}

async function dropAllThatIsStored({ owner }: TestPipeline): Promise<void> {
  await partitioned(owner);
  const sql = longConnection(owner);
  try {
    await dropDay(sql, { table: "events_before" }, { keepTable: false });
  } finally {
    await sql.end({ timeout: 1 });
  }
}
