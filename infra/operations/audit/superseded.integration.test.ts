import assert from "node:assert/strict";
import { test } from "node:test";
import { services } from "#contracts/services.ts";
import { TestPipeline } from "#kit/audit/test_pipeline.ts";
import { brief, sumsOf } from "#kit/audit/test_reports.ts";
import { factRecord } from "#kit/mapped_fact.ts";
import { stages } from "./stages.ts";

const toRow = {
  stages: stages.filter(({ service }) => service === services.persistence),
};

/** Told to persistence as the validator forwards them. */
async function withFacts(
  ...facts: NonNullable<Parameters<typeof factRecord>[1]>[]
): Promise<TestPipeline> {
  const pipeline = await TestPipeline.open();
  await pipeline.put(
    pipeline.topics.validated,
    facts.map((fact, n) => ({ ...factRecord(n, fact), key: "one payment" })),
  );
  await pipeline.run("persistence");
  return pipeline;
}

test("a fact that was superseded, is outdated or was told again is accounted for, and a conflict is a dead letter", async () => {
  await using pipeline = await withFacts(
    {},
    { version: 2, amount: "1" },
    { version: 1 },
    { version: 2, amount: "1.00", timestamp: "2027-01-01T00:00:00Z" },
    { version: 2, amount: "2" },
    { factId: "another" },
  );
  const report = await pipeline.audit(toRow);
  assert.deepEqual(brief(report), []);
  assert.equal(
    sumsOf(report).at(-1),
    "validated 6 = rows 2 + duplicates 1 + superseded 1 + outdated 1 + dead letters 1",
  );
  assert.equal(report.sums.at(-1)?.state, "balanced");
});

test("a superseded row that was made up is doubled or unexplained", async () => {
  await using pipeline = await withFacts(
    {},
    { version: 2, amount: "1" },
    { version: 3, amount: "2" },
  );
  const found = async () => {
    const { found } = await pipeline.audit(toRow);
    return Object.entries(found).filter(([, count]) => count > 0);
  };
  await pipeline.sql`
    insert into superseded_events select * from superseded_events where mapping_version = 1`;
  assert.deepEqual(await found(), [["doubled", 1]]);
  await pipeline.sql`update superseded_events set source_offset = 99`;
  assert.deepEqual(await found(), [["unexplained", 3]]);
});

test("a fact that did not take the place of a lower version is conflicting", async () => {
  await using pipeline = await withFacts({}, { version: 2, amount: "1" });
  await pipeline.sql`
    update events set (
      amount, payload, mapping_version, source_offset
    ) = (select amount, payload, mapping_version, source_offset from superseded_events)`;
  await pipeline.sql`truncate superseded_events`;
  assert.deepEqual(brief(await pipeline.audit(toRow)).map(({ kind }) => kind), [
    "conflicting",
  ]);
});
