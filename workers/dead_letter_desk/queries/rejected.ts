import { RejectedWebhook } from "#contracts/rejected_webhook.ts";
import type { Database } from "#runtime/postgres/database.ts";
import { sentenceOf } from "./why_refused.ts";

/** Refusals of one provider for one cause. */
export type RejectedRow = {
  readonly provider: string;
  readonly cause: string;
  readonly detail: string;
  /** Why, as a sentence, of the latest. */
  readonly says: string;
  readonly refusals: number;
  readonly first_seen: string;
  readonly last_seen: string;
  /** Of each of the latest 24 hours, the oldest first. */
  readonly hours: readonly number[];
  readonly sample: RejectedWebhook | null;
};

const DAYS = 7;

/** Why webhooks were refused, the latest cause first; of the last 7 days, if nothing else is asked for. */
export async function rejectedOf(
  database: Pick<Database, "use">,
  { provider, since }: {
    readonly provider?: string | undefined;
    readonly since?: string | undefined;
  } = {},
): Promise<RejectedRow[]> {
  const from = since ??
    new Date(Date.now() - DAYS * 24 * 3_600_000).toISOString();
  const rows = await database.use((sql) =>
    sql<
      (Omit<RejectedRow, "refusals" | "first_seen" | "last_seen" | "says"> & {
        refusals: string;
        first_seen: Date;
        last_seen: Date;
      })[]
    >`
      select provider, cause, detail, sum(refusals) as refusals,
        min(first_seen) as first_seen, max(last_seen) as last_seen,
        (array_agg(sample order by hour desc))[1] as sample,
        (
          select jsonb_agg(coalesce(h.refusals, 0) order by hours)
          from generate_series(
            date_trunc('hour', now(), 'UTC') - interval '23 hours', date_trunc('hour', now(), 'UTC'), interval '1 hour'
          ) as hours left join rejections h
            on h.hour = hours and h.provider = r.provider and h.cause = r.cause and h.detail = r.detail
        ) as hours
      from rejections r
      where last_seen >= ${from} ${
      provider === undefined ? sql`` : sql`and provider = ${provider}`
    }
      group by provider, cause, detail
      order by max(last_seen) desc
      limit 500`
  );
  return rows.map((row) => {
    const read = RejectedWebhook.safeParse(row.sample);
    return {
      ...row,
      says: read.success ? sentenceOf(read.data.why) : row.cause,
      sample: read.success ? read.data : null,
      refusals: Number(row.refusals),
      first_seen: row.first_seen.toISOString(),
      last_seen: row.last_seen.toISOString(),
    };
  });
}
