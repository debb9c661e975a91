import postgres from "postgres";
import { connectionTo } from "#runtime/database_connection.ts";
import type { DatabaseAddress } from "#runtime/database_settings.ts";

/**
 * One connection for a long piece of work of `deno task migrate`.
 *
 * @param settings further ones of the session, as `{ TimeZone: "UTC" }`
 */
export function longConnection(
  address: DatabaseAddress,
  settings: Readonly<Record<string, string>> = {},
): postgres.Sql {
  return postgres({
    ...connectionTo(address),
    max: 1,
    fetch_types: false,
    onnotice: () => {},
    connection: {
      application_name: "eventflow-migrate",
      search_path: "public",
      statement_timeout: 0,
      ...settings,
    },
  });
}
