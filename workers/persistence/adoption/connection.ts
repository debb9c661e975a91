import postgres from "postgres";
import { connectionTo } from "#runtime/database_connection.ts";
import type { DatabaseAddress } from "#runtime/database_settings.ts";

/** One connection for a long piece of work, with times in UTC, as the earlier service had them. */
export function connectForAdoption(address: DatabaseAddress): postgres.Sql {
  return postgres({
    ...connectionTo(address),
    max: 1,
    fetch_types: false,
    onnotice: () => {},
    connection: {
      application_name: "eventflow-migrate",
      search_path: "public",
      statement_timeout: 0,
      TimeZone: "UTC",
      DateStyle: "ISO",
    },
  });
}
