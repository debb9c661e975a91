import { z } from "zod";
import type postgres from "postgres";
import { NonBlank } from "#contracts/fields.ts";
import { webhookFamilies } from "#contracts/unmapped_webhook.ts";
import type { RecordCoordinates } from "#kafka/record_coordinates.ts";
import type { Database } from "#runtime/postgres/database.ts";
import { countOf } from "../actions/offsets.ts";
import { foundRanges } from "../index/given_ranges.ts";
import type { UnmappedState } from "../index/unmapped_states.ts";
import type { Selection } from "../jobs/selection.ts";

/** Which webhooks that no mapping knew: all that is said must fit. */
export const UnmappedFilter = z.strictObject({
  provider: NonBlank.optional(),
  account: NonBlank.optional(),
  /** In the provider's words. */
  type: NonBlank.optional(),
  family: z.enum(webhookFamilies).optional(),
});
export type UnmappedFilter = z.infer<typeof UnmappedFilter>;

/** Webhooks of one type to one account that no mapping knew, and what became of how many. */
export type UnmappedKind = {
  readonly provider: string;
  readonly account: string;
  /** In the provider's words; empty if it says none. */
  readonly type: string;
  readonly family: string;
  readonly first_seen: string;
  readonly last_seen: string;
} & Readonly<Record<UnmappedState, number>>;

/** Webhooks that no mapping knew, by what they are of; those of which most wait for a mapping first. */
export async function unmappedOf(
  database: Pick<Database, "use">,
  filter: UnmappedFilter,
): Promise<UnmappedKind[]> {
  const rows = await database.use((sql) =>
    sql<
      (Pick<UnmappedKind, "provider" | "account" | "type" | "family"> & {
        first_seen: Date;
        last_seen: Date;
      } & Record<UnmappedState, string>)[]
    >`
      select provider, account, type, family, first_seen, last_seen, open, sent, mapped, unmapped_again, dead, gone
      from unmapped_kinds u where ${ofUnmapped(sql, filter)}
      order by open desc, last_seen desc, provider, account, type
      limit 1000`
  );
  return rows.map((
    {
      first_seen,
      last_seen,
      open,
      sent,
      mapped,
      unmapped_again,
      dead,
      gone,
      ...of
    },
  ) => ({
    ...of,
    first_seen: first_seen.toISOString(),
    last_seen: last_seen.toISOString(),
    open: Number(open),
    sent: Number(sent),
    mapped: Number(mapped),
    unmapped_again: Number(unmapped_again),
    dead: Number(dead),
    gone: Number(gone),
  }));
}

/** Those that a filter finds now and that may be sent. There is no money in them that is known. */
export async function selectUnmapped(
  database: Pick<Database, "use">,
  filter: UnmappedFilter,
): Promise<Pick<Selection, "ranges" | "count">> {
  return await database.use(async (sql) => {
    const ranges = await foundRanges(
      sql,
      sql`select u.partition, u."offset" from unmapped u where u.state = 'open' and ${
        ofUnmapped(sql, filter)
      }`,
    );
    return { ranges, count: countOf(ranges) };
  });
}

/** Of kinds or pointers, as rows `u`. */
export function ofUnmapped(
  sql: postgres.Sql | postgres.TransactionSql,
  { provider, account, type, family }: UnmappedFilter,
): postgres.Fragment {
  return sql`(true
    ${provider === undefined ? sql`` : sql`and u.provider = ${provider}`}
    ${account === undefined ? sql`` : sql`and u.account = ${account}`}
    ${type === undefined ? sql`` : sql`and u.type = ${type}`}
    ${family === undefined ? sql`` : sql`and u.family = ${family}`})`;
}

/** Where a webhook that no mapping knew is, and what became of it. */
export type UnmappedPointer = {
  readonly partition: number;
  readonly offset: number;
  readonly provider: string;
  readonly type: string;
  readonly state: UnmappedState;
  readonly mapping_version: number;
  readonly seen_at: string;
  /** The raw record that it points at. */
  readonly source: RecordCoordinates;
  readonly origin: RecordCoordinates;
};

/** Of webhooks that no mapping knew those whose records have a key, which is a payment's id. */
export async function pointersOfKey(
  database: Pick<Database, "use">,
  key: string,
  limit: number,
): Promise<UnmappedPointer[]> {
  const rows = await database.use((sql) =>
    sql<
      (Pick<UnmappedPointer, "partition" | "provider" | "type" | "state"> & {
        offset: string;
        mapping_version: number;
        seen_at: Date;
        source_topic: string;
        source_partition: number;
        source_offset: string;
        origin_topic: string;
        origin_partition: number;
        origin_offset: string;
      })[]
    >`
      select partition, "offset", provider, type, state, mapping_version, seen_at,
        source_topic, source_partition, source_offset, origin_topic, origin_partition, origin_offset
      from unmapped where key = ${key} order by "offset" limit ${limit}`
  );
  return rows.map((row) => ({
    partition: row.partition,
    offset: Number(row.offset),
    provider: row.provider,
    type: row.type,
    state: row.state,
    mapping_version: row.mapping_version,
    seen_at: row.seen_at.toISOString(),
    source: {
      topic: row.source_topic,
      partition: row.source_partition,
      offset: Number(row.source_offset),
    },
    origin: {
      topic: row.origin_topic,
      partition: row.origin_partition,
      offset: Number(row.origin_offset),
    },
  }));
}
