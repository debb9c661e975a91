import type postgres from "postgres";
import type { DatabaseAddress } from "#runtime/database_settings.ts";
import { longConnection } from "../long_connection.ts";

/** With times in UTC, as the earlier service had them. */
export function connectForAdoption(address: DatabaseAddress): postgres.Sql {
  return longConnection(address, { TimeZone: "UTC", DateStyle: "ISO" });
}
