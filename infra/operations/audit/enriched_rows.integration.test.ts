import assert from "node:assert/strict";
import { test } from "node:test";
import { services } from "#contracts/services.ts";
import { TestPipeline } from "#kit/audit/test_pipeline.ts";
import { brief, sumsOf } from "#kit/audit/test_reports.ts";
import { enrichedRecord, type WorkedOut } from "#kit/enriched.ts";
import { factRecord, type MappedFact } from "#kit/mapped_fact.ts";
import { stages } from "./stages.ts";

const toRow = {
  stages: stages.filter(({ service }) => service === services.enriched_writer),
};

/** Told to the enriched writer as enrichment forwards them. */
async function withEnriched(
  ...facts: readonly (Partial<MappedFact> & Partial<WorkedOut>)[]
): Promise<TestPipeline> {
  const pipeline = await TestPipeline.open();
  await pipeline.put(
    pipeline.topics.enriched,
    facts.map((fact, n) => ({
      ...enrichedRecord(factRecord(n, fact), fact),
      key: "one payment",
    })),
  );
  await pipeline.run("enriched_writer");
  return pipeline;
}

const sentences = async (pipeline: TestPipeline) =>
  (await pipeline.audit(toRow)).findings.map(({ kind, sentence }) =>
    `${kind}: ${sentence}`
  );

test("each enriched record is one row, a duplicate, superseded by a higher version or outdated, or a dead letter", async () => {
  await using pipeline = await withEnriched(
    {},
    { version: 2, score: 0.5 },
    { version: 1 },
    { version: 2, score: 0.75 },
    { factId: "another", degraded: ["no_rate"] },
    { factId: "captured", type: "captured", score: null, model: null },
  );
  await pipeline.put(pipeline.topics.enriched, [{ key: null, value: "{}" }]);
  await pipeline.run("enriched_writer");
  const report = await pipeline.audit(toRow);
  assert.deepEqual(brief(report), []);
  assert.equal(
    sumsOf(report).at(-1),
    "enriched 7 = rows 3 + duplicates 1 + outdated 2 + dead letters 1",
  );
  assert.equal(report.sums.at(-1)?.state, "balanced");
});

test("an enriched record without a row is missing, and named", async () => {
  await using pipeline = await withEnriched({ factId: "a" }, { factId: "b" });
  await pipeline.sql`
    delete from enriched_events where event_id like '%:b'`;
  const report = await pipeline.audit(toRow);
  assert.deepEqual(
    report.findings.map(({ kind, event_id }) => [kind, event_id]),
    [["missing", "stripe:main:b"]],
  );
  assert.match(report.findings[0]?.sentence ?? "", /has no row/);
});

const alterations = {
  risk_score: "0.99",
  band: "'high'",
  degraded: "'{no_rate}'",
  model_id: "'another'",
  model_sha256: "null",
  features_sha256: "'forged'",
  enrichment: "enrichment || '{\"version\": 2}'",
  payment_id: "'another'",
  mapping_version: "null",
} as const;

for (const [column, value] of Object.entries(alterations)) {
  test(`a row that was altered in ${column} is conflicting, and the finding says in what`, async () => {
    await using pipeline = await withEnriched({});
    await pipeline.sql.unsafe(
      `update enriched_events set ${column} = ${value}`,
    );
    const [found, ...others] = await sentences(pipeline);
    assert.match(
      found ?? "",
      new RegExp(`^conflicting: .*differs from its row in ${column}\\.?$`),
    );
    assert.deepEqual(others, []);
  });
}

test("what did not take the place of a lower version is conflicting", async () => {
  await using pipeline = await withEnriched({}, { version: 2, score: 0.5 });
  await pipeline.sql`
    update enriched_events set mapping_version = 1, source_offset = 0`;
  const found = await sentences(pipeline);
  assert.ok(
    found.some((one) => /^conflicting: .*mapping_version/.test(one)),
    found.join("\n"),
  );
});

test("a row of no record is unexplained", async () => {
  await using pipeline = await withEnriched({});
  await pipeline.sql`
    insert into enriched_events select (jsonb_populate_record(one, '{"event_id": "made-up", "source_offset": 99}')).*
    from enriched_events as one`;
  const report = await pipeline.audit(toRow);
  assert.deepEqual(
    report.findings.map(({ kind, event_id }) => [kind, event_id]),
    [["unexplained", "made-up"]],
  );
});
