import type postgres from "postgres";
import { TransientError } from "#runtime/errors.ts";
import type { Database } from "#runtime/postgres/database.ts";
import { jsonTexts } from "#runtime/postgres/json_texts.ts";
import { rolledBack } from "#runtime/postgres/rolled_back.ts";
import { inRounds } from "./rounds.ts";

/** An enriched event on its way into the table, with the Kafka record it came in. */
export type NewEnriched = {
  readonly eventId: string;
  /** The enriched event's own JSON text: PostgreSQL reads it, so what was worked out keeps every digit. */
  readonly json: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Of the mapping that made the fact, from 1; absent of what was not mapped. */
  readonly mappingVersion?: number | undefined;
};

/** What storing an enriched event came to. None is an error: whether two events contradict each other is for persistence to say. */
export const effects = [
  /** It is a new row. */
  "stored",
  /** This very record had made the row before. */
  "stored_earlier",
  /** Another record had made the row of its `event_id`, which stays. */
  "duplicate",
  /** It has taken the place of what was worked out about the same fact of a lower mapping version. */
  "superseded",
  /** What was worked out about the same fact of a higher mapping version is there. */
  "outdated",
] as const;
export type Effect = (typeof effects)[number];

/**
 * Stores enriched events of one partition, in order, each as if it had come alone: the first of an `event_id` makes the row, and if
 * the fact was mapped, each of a higher version takes its place.
 *
 * @returns what became of each, by index
 * @throws {TransientError|PoisonError|FatalError} as `databaseError` decides; some may be stored then, which is as if they had
 *   come in a batch of their own
 */
export function storeEnriched(
  database: Pick<Database, "use">,
  all: readonly NewEnriched[],
): Promise<Effect[]> {
  return database.use((sql) => storeIn(sql, all));
}

/**
 * What storing enriched events would come to: stores them, and rolls that back.
 *
 * @returns as `storeEnriched` does
 * @throws as `storeEnriched` does
 */
export function judgeEnriched(
  database: Database,
  all: readonly NewEnriched[],
): Promise<Effect[]> {
  return database.use((sql) =>
    rolledBack(sql, (transaction) => storeIn(transaction, all))
  );
}

async function storeIn(
  sql: postgres.ISql,
  all: readonly NewEnriched[],
): Promise<Effect[]> {
  const taken = new Map<number, Effect>();
  for (const round of inRounds(all)) {
    for (const { taken_offset, is_new } of await store(sql, round)) {
      taken.set(Number(taken_offset), is_new ? "stored" : "superseded");
    }
  }
  const known = all.filter(({ offset }) => !taken.has(offset));
  // A statement of its own, which sees what a concurrent writer has committed.
  const stored = known.length === 0 ? [] : await storedOf(sql, known);
  const rows = new Map(stored.map((row) => [row.event_id, row]));
  return all.map((one) =>
    taken.get(one.offset) ?? effectBeside(one, rows.get(one.eventId))
  );
}

type Taken = { readonly taken_offset: string; readonly is_new: boolean };

/** @param round each of another `event_id` */
async function store(
  sql: postgres.ISql,
  round: readonly NewEnriched[],
): Promise<readonly Taken[]> {
  const { topic = "", partition = 0 } = round[0] ?? {};
  const texts = jsonTexts(sql, round.map(({ json }) => json));
  const offsets = round.map(({ offset }) => offset).join();
  const versions = round.map((one) => one.mappingVersion ?? "null").join();
  return await sql<Taken[]>`
    with incoming as materialized (
      select body::jsonb as event, source_offset, mapping_version
      from unnest(${texts}, ${`{${offsets}}`}::bigint[], ${`{${versions}}`}::integer[])
        as given (body, source_offset, mapping_version)
    ), told as (
      select
        event->>'event_id' as event_id,
        event->>'event_type' as event_type,
        event->>'source' as source,
        event->>'timestamp' as event_timestamp,
        event#>>'{payload,payment_id}' as payment_id,
        event#>'{payload,risk_score}' as risk_score,
        event#>>'{enrichment,band}' as band,
        coalesce(event#>'{enrichment,degraded}', '[]') as degraded,
        event#>>'{enrichment,model,id}' as model_id,
        event#>>'{enrichment,model,sha256}' as model_sha256,
        event#>>'{enrichment,features_sha256}' as features_sha256,
        event->'enrichment' as enrichment,
        mapping_version,
        now() as stored_at,
        ${topic}::text as source_topic,
        ${partition}::integer as source_partition,
        source_offset
      from incoming
    )
    select taken_offset, is_new
    from store_enriched_events((
      select array_agg(jsonb_populate_record(null::enriched_events, to_jsonb(told))) from told
    ))`;
}

type StoredRow = {
  readonly event_id: string;
  readonly mapping_version: number | null;
  readonly source_topic: string;
  readonly source_partition: number;
  readonly source_offset: string;
};

function storedOf(
  sql: postgres.ISql,
  all: readonly NewEnriched[],
): Promise<readonly StoredRow[]> {
  const ids = all.map(({ eventId }) => JSON.stringify(eventId));
  return sql<StoredRow[]>`
    select event_id, mapping_version, source_topic, source_partition, source_offset
    from enriched_events
    where event_id in (select id::jsonb #>> '{}' from unnest(${
    jsonTexts(sql, ids)
  }) as id)`;
}

/** What a record comes to that has neither made nor replaced a row. */
function effectBeside(one: NewEnriched, row: StoredRow | undefined): Effect {
  if (row === undefined) {
    throw new TransientError("An enriched row vanished while being compared");
  }
  const isSame = row.source_topic === one.topic &&
    row.source_partition === one.partition &&
    Number(row.source_offset) === one.offset;
  if (isSame) return "stored_earlier";
  const { mapping_version: stored } = row;
  const { mappingVersion: own } = one;
  return stored !== null && own !== undefined && own < stored
    ? "outdated"
    : "duplicate";
}
