import type postgres from "postgres";
import { Anomaly } from "#contracts/anomaly.ts";
import { parseJsonObject } from "#contracts/parse.ts";
import { topics } from "#contracts/topics.ts";
import type { ReceivedRecord } from "#kafka/port.ts";

/** No id of the sentinel is nearly as long; PostgreSQL's index takes no key of more than 2,704 bytes. */
const LONGEST_ID = 1_000;

/**
 * What was out of the usual, as the sentinel tells it: a row of each anomaly, as it was told last.
 * All records of an anomaly are in one partition, as they have its segment as key: the last one is the latest.
 */
export async function takeInAnomalies(
  sql: postgres.TransactionSql,
  records: readonly ReceivedRecord[],
): Promise<void> {
  const latest = new Map(
    records.flatMap((record) => rowOf(record) ?? []).map((row) => [
      row.anomaly_id,
      row,
    ]),
  );
  if (latest.size === 0) return;
  await sql`
    insert into anomalies (anomaly_id, is_open, provider, raised_at, told_at, told)
    select anomaly_id, is_open, provider, raised_at, told_at, told
    from jsonb_to_recordset(${sql.json([...latest.values()])}) as given (
      anomaly_id text, is_open boolean, provider text, raised_at timestamptz, told_at timestamptz, told jsonb
    )
    order by anomaly_id
    on conflict (anomaly_id) do update set
      is_open = excluded.is_open, provider = excluded.provider, raised_at = excluded.raised_at,
      told_at = excluded.told_at, told = excluded.told`;
  // Rows are kept as long as their records are.
  await sql`
    delete from anomalies
    where told_at < now() - make_interval(secs => ${
    topics.anomalies.retentionMs / 1_000
  })`;
}

function rowOf(record: ReceivedRecord) {
  const json = parseJsonObject(record.value);
  const read = json.ok ? Anomaly.safeParse(json.value) : undefined;
  if (!read?.success || read.data.anomaly_id.length > LONGEST_ID) {
    return undefined;
  }
  const { anomaly_id, state, segment, raised_at } = read.data;
  return {
    anomaly_id,
    is_open: state === "opened",
    provider: segment.provider ?? null,
    raised_at,
    told_at: new Date(record.timestampMs).toISOString(),
    // What was parsed from JSON is JSON.
    told: read.data as unknown as postgres.JSONValue,
  };
}
