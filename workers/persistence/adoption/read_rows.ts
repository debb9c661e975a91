import type postgres from "postgres";
import { type EarlierRow, MAX_PAYLOAD_BYTES } from "./earlier_row.ts";

/** Where the earlier rows are: before they are adopted, and from then on. */
export type EarlierTable = "events" | "earlier_events";

/** Rows read at once, and what of each payload; a longer one is read on its own. So memory is bounded by 32 MiB. */
const ROWS_AT_ONCE = 500;
const BYTES_AT_ONCE = 64 * 1024;

type Read = Omit<EarlierRow, "payload"> & {
  large: number | null;
  lack: "missing" | "unreadable" | null;
  payload: Uint8Array | null;
};

/** Which rows: those that were not adopted, or those that are neither a row of ours nor listed as not adopted. */
export type Only = "listed" | "left over";

/**
 * Reads the next rows of the earlier table, in the order of `event_id`.
 *
 * @param after the `event_id` they come after; `null`: from the first on
 */
export async function readRows(
  sql: postgres.ISql,
  { table, after, only, most = ROWS_AT_ONCE }: {
    table: EarlierTable;
    after: string | null;
    only?: Only | undefined;
    most?: number | undefined;
  },
): Promise<EarlierRow[]> {
  const rows = await sql<Read[]>`
    with page as materialized (
      select * from ${sql(`public.${table}`)} as earlier
      where ${after === null ? sql`true` : sql`event_id > ${after}`} and ${
    condition(sql, only)
  }
      order by event_id limit ${most}
    )
    select
      event_id as "eventId", event_type as "eventType", source,
      case when isfinite(event_timestamp) and event_timestamp >= '0001-01-01 00:00:00+00' then
        to_char(event_timestamp::timestamptz at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
      end as timestamp,
      stored_at::timestamptz::text as "storedAt",
      payload::bigint::double precision as large,
      case when large.oid is null then 'missing' when not may_read then 'unreadable' end as lack,
      case when may_read then lo_get(payload, 0, ${
    BYTES_AT_ONCE + 1
  }) end as payload
    from page
      -- The limit has each looked up by its index: a join reads all there are, for every page.
      left join lateral (
        select oid, lomowner, lomacl from pg_largeobject_metadata where oid = payload limit 1
      ) as large on true
      -- As PostgreSQL decides it (aclchk.c, pg_largeobject_aclcheck_snapshot); to try would end the statement.
      left join lateral (
        select
          current_setting('is_superuser') = 'on' or current_setting('lo_compat_privileges') = 'on'
          or pg_has_role(lomowner, 'usage')
          or exists (
            select from aclexplode(lomacl)
            where privilege_type = 'SELECT' and (grantee = 0 or pg_has_role(grantee, 'usage'))
          ) as may_read
        where large.oid is not null
      ) as rights on true
    order by event_id`;
  const read: EarlierRow[] = [];
  for (const { large, lack, payload, ...row } of rows) {
    const bytes = payload ?? new Uint8Array();
    read.push({
      ...row,
      payload: lack ??
        (bytes.length > BYTES_AT_ONCE
          ? await readWhole(sql, large ?? 0)
          : bytes),
    });
  }
  return read;
}

function condition(sql: postgres.ISql, only: Only | undefined) {
  if (only === undefined) return sql`true`;
  const isListed = sql`exists (
    select from public.earlier_events_not_adopted as listed where listed.event_id = earlier.event_id
  )`;
  return only === "listed" ? isListed : sql`not ${isListed} and not exists (
    select from public.events where events.event_id = earlier.event_id
  )`;
}

async function readWhole(
  sql: postgres.ISql,
  large: number,
): Promise<Uint8Array | "too large"> {
  const [row] = await sql<{ payload: Uint8Array }[]>`
    select lo_get(${large}, 0, ${MAX_PAYLOAD_BYTES + 1}) as payload`;
  const bytes = row?.payload ?? new Uint8Array();
  return bytes.length > MAX_PAYLOAD_BYTES ? "too large" : bytes;
}
