import { RejectedWebhook } from "#contracts/rejected_webhook.ts";
import type { Database } from "#runtime/postgres/database.ts";
import { sentenceOf } from "./why_refused.ts";

/** Refusals of one account at a provider for one cause. */
export type RejectedRow = {
  readonly provider: string;
  /** Of several at that provider; empty if it has none. */
  readonly account: string;
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
  { provider, account, since }: {
    readonly provider?: string | undefined;
    readonly account?: string | undefined;
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
      select provider, account, cause, detail, sum(refusals) as refusals,
        min(first_seen) as first_seen, max(last_seen) as last_seen,
        (array_agg(sample order by hour desc))[1] as sample,
        (
          select jsonb_agg(coalesce(h.refusals, 0) order by hours)
          from generate_series(
            date_trunc('hour', now(), 'UTC') - interval '23 hours', date_trunc('hour', now(), 'UTC'), interval '1 hour'
          ) as hours left join rejections h
            on h.hour = hours and h.provider = r.provider and h.account = r.account and h.cause = r.cause and h.detail = r.detail
        ) as hours
      from rejections r
      where last_seen >= ${from} ${
      provider === undefined ? sql`` : sql`and provider = ${provider}`
    } ${account === undefined ? sql`` : sql`and account = ${account}`}
      group by provider, account, cause, detail
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
