import type postgres from "postgres";
import { RejectedWebhook } from "#contracts/rejected_webhook.ts";
import { parseJsonObject } from "#contracts/parse.ts";
import { topics } from "#contracts/topics.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { detailOf } from "../queries/why_refused.ts";

/** Why webhooks were refused, as the intake tells it, by the hour. */
export async function takeInRejected(
  sql: postgres.TransactionSql,
  records: readonly ReceivedRecord[],
): Promise<void> {
  const rows = records.flatMap((record) => rowOf(record) ?? []);
  if (rows.length === 0) return;
  await sql`
    insert into rejections (provider, account, cause, detail, hour, refusals, first_seen, last_seen, sample)
    select provider, account, cause, detail, date_trunc('hour', at, 'UTC'), sum(refusals), min(at), max(at),
      (array_agg(sample order by at desc))[1]
    from jsonb_to_recordset(${sql.json(rows)}) as given (
      provider text, account text, cause text, detail text, at timestamptz, refusals bigint, sample jsonb
    )
    group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
    on conflict (provider, account, cause, detail, hour) do update set
      refusals = rejections.refusals + excluded.refusals,
      first_seen = least(rejections.first_seen, excluded.first_seen),
      last_seen = greatest(rejections.last_seen, excluded.last_seen),
      sample = excluded.sample`;
  // Hours are kept as long as their records are.
  await sql`
    delete from rejections
    where hour < now() - make_interval(secs => ${
    topics.rejected.retentionMs / 1_000
  })`;
}

function rowOf(record: ReceivedRecord) {
  const json = parseJsonObject(record.value);
  const read = json.ok ? RejectedWebhook.safeParse(json.value) : undefined;
  if (!read?.success) return undefined;
  const { at, provider, account = "", refusals, why } = read.data;
  return {
    provider,
    account,
    cause: why.cause,
    detail: detailOf(why),
    at,
    refusals,
    sample: JSON.parse(JSON.stringify(read.data)) as postgres.JSONValue,
  };
}
