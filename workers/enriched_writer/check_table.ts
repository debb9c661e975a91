import { databaseRoles } from "#runtime/database_roles.ts";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import type { Database } from "#runtime/postgres/database.ts";
import { placeOf } from "#runtime/postgres/database_errors.ts";
import { startable } from "#runtime/postgres/await_database.ts";

/**
 * Checks that the table is there, which persistence's migrations make, and that the user may read it and have it written.
 *
 * @throws {StartError} if not, with what to do
 */
export async function checkTable(database: Database): Promise<void> {
  const [found] = await startable(
    database.use((sql) =>
      sql<{ isThere: boolean; may: boolean | null }[]>`
      select
        written is not null and kept is not null as "isThere",
        has_table_privilege(kept::oid, 'select') and has_function_privilege(written::oid, 'execute') as may
      from (
        select to_regclass('public.enriched_events') as kept,
          to_regprocedure('public.store_enriched_events(public.enriched_events[])') as written
      ) as needed`
    ),
  );
  if (found?.isThere && found.may) return;
  const { address } = database;
  const place = placeOf(address);
  throw new StartError(
    found?.isThere
      ? `User ${address.user} may not select from enriched_events in database ${place}, or not call store_enriched_events: log in as ${databaseRoles.writer}, or run \`deno task migrate\`, which grants it.`
      : `Database ${place} has no table enriched_events: run \`deno task migrate\`.`,
    { exitCode: exitCodes.config },
  );
}
