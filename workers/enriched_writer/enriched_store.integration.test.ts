import assert from "node:assert/strict";
import { test } from "node:test";
import { enrichedRecord, type WorkedOut } from "#kit/enriched.ts";
import { factRecord, type MappedFact } from "#kit/mapped_fact.ts";
import {
  type PersistenceDatabase,
  persistenceDatabase,
} from "#kit/persistence/persistence_database.ts";
import { handledAsEnriched as handled } from "#kit/persistence/test_handler.ts";
import { until } from "#kit/until.ts";
import { judgeEnriched, storeEnriched } from "./enriched_store.ts";
import { storing } from "./handle.ts";

const enriched = (
  offset: number,
  { score, ...fact }: Partial<MappedFact> & { score?: number } = {},
) =>
  enrichedRecord(
    factRecord(offset, fact),
    score === undefined ? {} : { score },
  );

/** Each row in a word: its score, its mapping version, and the offset that made it. */
async function rowsOf({ sql }: PersistenceDatabase): Promise<string[]> {
  const rows = await sql`
    select risk_score, mapping_version, source_offset from enriched_events order by event_id`;
  return rows.map((row) =>
    `${row.risk_score} by ${row.mapping_version} of ${row.source_offset}`
  );
}

test("a row has what was worked out, to the digit, and the record it came in", async () => {
  await using fresh = await persistenceDatabase();
  const worked: Partial<WorkedOut> = {
    score: 0.12345678901234567,
    band: "elevated",
    degraded: ["no_customer", "no_rate"],
    model: { id: "a-model", sha256: "ab".repeat(32) },
    features: { amount: 49.9, velocity: 1e-7, big: 123456789012345680000 },
  };
  const one = enrichedRecord(factRecord(7, { version: 3 }), worked);
  assert.deepEqual(await handled(fresh, one), ["stored"]);
  const [row] = await fresh.sql`
    select *, enrichment = (${
    String(one.value)
  }::text::jsonb -> 'enrichment') as is_whole,
      now() - stored_at < interval '1 minute' as just_now
    from enriched_events`;
  const { enrichment, stored_at: _, ...columns } = row ?? {};
  assert.deepEqual(columns, {
    event_id: "stripe:main:charge:ch_1:authorized",
    event_type: "payment.authorized.v1",
    source: "stripe:main",
    event_timestamp: new Date("2026-01-02T03:04:05.678Z"),
    payment_id: "pay-1",
    risk_score: worked.score,
    band: "elevated",
    degraded: worked.degraded,
    model_id: "a-model",
    model_sha256: "ab".repeat(32),
    features_sha256: enrichment.features_sha256,
    mapping_version: 3,
    replaced_version: null,
    source_topic: "events.enriched.v1",
    source_partition: 0,
    source_offset: "7",
    is_whole: true,
    just_now: true,
  });
  assert.deepEqual(enrichment.features, worked.features);
});

test("where no score applies, and without a model, nothing is made to look known", async () => {
  await using fresh = await persistenceDatabase();
  const captured = factRecord(1, { type: "captured" });
  await handled(fresh, enrichedRecord(captured, { score: null, model: null }));
  const [row] = await fresh.sql`
    select risk_score, band, degraded, model_id, model_sha256 from enriched_events`;
  assert.deepEqual({ ...row }, {
    risk_score: null,
    band: null,
    degraded: [],
    model_id: null,
    model_sha256: null,
  });
});

test("a repeated event changes nothing, whatever was worked out about it", async () => {
  await using fresh = await persistenceDatabase();
  assert.deepEqual(
    await handled(fresh, enriched(1), enriched(2, { score: 0.5 })),
    ["stored", "duplicate"],
  );
  assert.deepEqual(await handled(fresh, enriched(3, { score: 0.75 })), [
    "duplicate",
  ]);
  assert.deepEqual(await rowsOf(fresh), ["0.125 by 1 of 1"]);
});

test("a fact of a higher mapping version replaces, one of a lower is outdated, in one batch as in several", async () => {
  const facts = [
    enriched(1, { version: 2 }),
    enriched(2, { version: 1, score: 0.1 }),
    enriched(3, { version: 3, score: 0.5 }),
    enriched(4, { version: 3, score: 0.6 }),
  ];
  const effects = ["stored", "outdated", "superseded", "duplicate"];
  await using together = await persistenceDatabase();
  assert.deepEqual(await handled(together, ...facts), effects);
  await using apart = await persistenceDatabase();
  for (const [n, fact] of facts.entries()) {
    assert.deepEqual(await handled(apart, fact), [effects[n]]);
  }
  const rows = ["0.5 by 3 of 3"];
  assert.deepEqual(await rowsOf(together), rows);
  assert.deepEqual(await rowsOf(apart), rows);
});

test("what was not mapped is never replaced", async () => {
  await using fresh = await persistenceDatabase();
  const facts = [enriched(1, { version: 0 }), enriched(2, { version: 9 })];
  assert.deepEqual(await handled(fresh, ...facts), ["stored", "duplicate"]);
  assert.deepEqual(await rowsOf(fresh), ["0.125 by null of 1"]);
});

test("the very records again, as after a crash, are stored earlier or outdated, and change nothing", async () => {
  await using fresh = await persistenceDatabase();
  const batch = [
    enriched(1),
    enriched(2, { version: 2, score: 0.5 }),
    enriched(3, { factId: "another" }),
  ];
  assert.deepEqual(await handled(fresh, ...batch), [
    "stored",
    "superseded",
    "stored",
  ]);
  const before = await fresh.sql`select * from enriched_events order by 1`;
  assert.deepEqual(await handled(fresh, ...batch), [
    "outdated",
    "stored_earlier",
    "stored_earlier",
  ]);
  assert.deepEqual(
    await fresh.sql`select * from enriched_events order by 1`,
    before,
  );
});

test("of two writers that store one event at once, one makes the row, and the other meets it", async () => {
  await using fresh = await persistenceDatabase();
  const first = enriched(1);
  const second = enriched(1, { partition: 1, version: 2, score: 0.5 });
  const handler = storing((all) => storeEnriched(fresh.database, all));
  let other: Promise<unknown> | undefined;
  await fresh.sql.begin(async (transaction) => {
    await transaction`lock table enriched_events in share mode`;
    other = Promise.all([handler([first]), handler([second])]);
    await until("both wait", async () => {
      const [row] = await transaction`
        select count(*)::integer as waiting from pg_locks where not granted and relation = 'enriched_events'::regclass`;
      return row?.waiting === 2;
    });
  });
  await other;
  assert.deepEqual(await rowsOf(fresh), ["0.5 by 2 of 1"]);
});

test("what the database refuses is a dead letter, and its neighbours are rows", async () => {
  await using fresh = await persistenceDatabase();
  await fresh.sql`
    alter table enriched_events add constraint no_pay_2 check (payment_id <> 'pay-2')`;
  assert.deepEqual(
    await handled(
      fresh,
      enriched(1, { factId: "a" }),
      enriched(2, { factId: "refused", paymentId: "pay-2" }),
      enriched(3, { factId: "b" }),
    ),
    ["stored", "not_storable", "stored"],
  );
});

test("what would become of records is judged, and nothing is left of it", async () => {
  await using fresh = await persistenceDatabase();
  const judge = storing((all) => judgeEnriched(fresh.database, all));
  const outcomes = await judge([enriched(1), enriched(2, { version: 2 })]);
  assert.deepEqual(
    outcomes.map((one) => one.kind === "done" && one.as),
    ["stored", "superseded"],
  );
  assert.deepEqual(await rowsOf(fresh), []);
});
