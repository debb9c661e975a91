import type postgres from "postgres";
import type { EarlierTable } from "./read_rows.ts";

/**
 * Sessions that may go on writing the earlier table: the service's own, and whatever else has the login of the
 * table's owner. Names alone, which anybody may see of others' sessions.
 */
export const whoIsConnected = `
  select format('process %s of %s, "%s"', pid, usename, application_name) as session
  from pg_stat_activity, pg_class
  where datname = current_database() and pid <> pg_backend_pid()
    and application_name not like 'eventflow-%' and pg_class.oid = 'public.events'::regclass
    and (application_name = 'PostgreSQL JDBC Driver' or usesysid = relowner)
  order by pid`;

export type Session = { readonly session: string };

/** What belongs to the table, and so goes on with the one that is kept: views, foreign keys, rights of others. */
export async function dependentsOf(
  sql: postgres.ISql,
  table: EarlierTable,
): Promise<string[]> {
  const rows = await sql<{ what: string }[]>`
    with earlier as (
      select oid, relowner, relacl from pg_class where oid = to_regclass(${`public.${table}`})
    )
    select distinct 'view ' || ev_class::regclass as what
    from earlier join pg_depend on refobjid = earlier.oid and classid = 'pg_rewrite'::regclass
      join pg_rewrite on pg_rewrite.oid = objid
    where ev_class <> earlier.oid
    union all
    select 'foreign key of ' || conrelid::regclass
    from earlier join pg_constraint on confrelid = earlier.oid
    union all
    select 'rights of ' || case when grantee = 0 then 'everybody' else grantee::regrole::text end
    from earlier, aclexplode(relacl) where grantee <> relowner
    group by grantee
    order by what`;
  return rows.map(({ what }) => what);
}
