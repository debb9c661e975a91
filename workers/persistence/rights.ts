import { databaseRoles } from "#runtime/database_roles.ts";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import type { Database } from "#runtime/postgres/database.ts";
import { placeOf } from "#runtime/postgres/database_errors.ts";
import { startable } from "#runtime/postgres/await_database.ts";

/**
 * Checks that the user may do what persistence does, and nothing beyond it: an error in persistence, or whoever has
 * its password, cannot change what is stored then.
 *
 * @param allowExcess whether more is allowed
 * @returns a sentence about the rights that are too much and are allowed; `undefined` if there are none
 * @throws {StartError} if rights are missing, or too much and not allowed
 */
export async function checkRights(
  database: Database,
  { allowExcess }: { allowExcess: boolean },
): Promise<string | undefined> {
  const { user } = database.address;
  const place = placeOf(database.address);
  const refuse = (reason: string) =>
    new StartError(reason, { exitCode: exitCodes.config });
  const [rights] = await startable(askRights(database));
  if (!rights?.enough) {
    throw refuse(
      `User ${user} may not select from and insert into events in database ${place}, or not call supersede_events: log in as ${databaseRoles.writer}, or run \`deno task migrate\`, which grants it.`,
    );
  }
  if (rights.excess === "") return undefined;
  const tooMuch =
    `User ${user} may do more than select and insert events in database ${place} (${rights.excess}): log in as ${databaseRoles.writer}, which workers/persistence/roles.sql makes`;
  if (allowExcess) return `${tooMuch}.`;
  throw refuse(
    `${tooMuch}, or set EVENTFLOW_DB_ALLOW_EXCESS_RIGHTS to true.`,
  );
}

/** As one text, because a list would be an array (see `fetch_types` in database.ts). */
function askRights(database: Database) {
  return database.use((sql) =>
    sql<{ enough: boolean; excess: string }[]>`
    select
      has_table_privilege('public.events', 'select')
        and has_table_privilege('public.events', 'insert')
        and has_table_privilege('public.provider_transmissions', 'select')
        and has_table_privilege('public.provider_transmissions', 'insert')
        and has_function_privilege('public.supersede_events(public.events[])', 'execute')
        and (
          to_regclass('public.events_rest') is null
          or has_table_privilege(to_regclass('public.event_keys'), 'select')
            and has_table_privilege(to_regclass('public.event_keys'), 'insert')
        ) as enough,
      case when me.rolsuper then 'superuser' else concat_ws(', ',
        case when me.rolcreaterole then 'create roles' end,
        case when me.rolcreatedb then 'create databases' end,
        case when me.rolreplication then 'replicate' end,
        case when has_schema_privilege('public', 'create') then 'create tables' end,
        case when has_any_column_privilege('public.events', 'update') then 'update events' end,
        case when has_table_privilege('public.events', 'delete') then 'delete events' end,
        case when has_table_privilege('public.events', 'truncate') then 'truncate events' end,
        case when has_table_privilege('public.events', 'trigger') then 'put triggers on events' end,
        case when has_any_column_privilege('public.superseded_events', 'insert, update')
          or has_table_privilege('public.superseded_events', 'delete, truncate')
          then 'change superseded events' end,
        case when has_any_column_privilege('public.provider_transmissions', 'update')
          or has_table_privilege('public.provider_transmissions', 'delete, truncate')
          then 'change transmissions' end,
        case when has_any_column_privilege('public.enriched_events', 'insert, update')
          or has_table_privilege('public.enriched_events', 'delete, truncate')
          then 'change enriched events' end,
        case when has_any_column_privilege(to_regclass('public.event_keys'), 'update')
          or has_table_privilege(to_regclass('public.event_keys'), 'delete, truncate')
          then 'change keys of events' end,
        case when pg_has_role(events.relowner, 'member') then 'become the owner of events' end,
        case when pg_has_role('pg_execute_server_program', 'member')
          then 'run programs on the server' end,
        case when pg_has_role('pg_read_server_files', 'member')
          or pg_has_role('pg_write_server_files', 'member')
          then 'use files of the server' end
      ) end as excess
    from pg_roles me, pg_class events
    where me.rolname = current_user and events.oid = 'public.events'::regclass`
  );
}
