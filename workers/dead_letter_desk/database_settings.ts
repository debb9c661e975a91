import { z } from "zod";
import type { Relation, Setting } from "#runtime/config.ts";
import {
  type DatabaseAddress,
  databaseSettings,
  sslModeFor,
} from "#runtime/database_settings.ts";
import { databaseRoles } from "#runtime/database_roles.ts";
import {
  type DatabaseUrl,
  databaseUrlForm,
  parseDatabaseUrl,
} from "#runtime/database_url.ts";
import { isLoopback } from "#runtime/development.ts";

const URL_VARIABLE = "EVENTFLOW_DESK_DB_URL";

/** Where the desk keeps its index. */
export const deskDatabaseSettings = {
  deskDbUrl: {
    env: URL_VARIABLE,
    doc:
      "database of the dead-letter desk's index, as postgres://user:password@host:port/database?sslmode=…: one of its own, or " +
      "that of the events, in which it has a schema `desk` of its own",
    secret: true,
    publicDefault:
      `postgres://${databaseRoles.desk}:eventflow@127.0.0.1:5433/eventflow`,
    schema: z.string().transform((text, context) => {
      const url = parseDatabaseUrl(text);
      if (url !== undefined) return url;
      context.addIssue({ code: "custom", message: databaseUrlForm });
      return z.NEVER;
    }),
  } satisfies Setting<DatabaseUrl>,
  dbAllowPlaintext: databaseSettings.dbAllowPlaintext,
};

/** Who reads along on the way to another machine has the password and whatever failed. */
export const deskDatabaseRelations: readonly Relation<
  typeof deskDatabaseSettings
>[] = [
  ({ deskDbUrl, dbAllowPlaintext }) =>
    sslModeFor(deskDbUrl) === "disable" && !isLoopback(deskDbUrl.host) &&
      !dbAllowPlaintext
      ? `sslmode in ${URL_VARIABLE} must be verify-full for a database that is not on this machine, or EVENTFLOW_DB_ALLOW_PLAINTEXT true on a network of your own: current value disable`
      : undefined,
];

export function deskDatabaseAddress(url: DatabaseUrl): DatabaseAddress {
  const { host, port, database, sslRootCert } = url;
  return {
    host,
    port,
    database,
    user: url.user ?? databaseRoles.desk,
    password: url.password ?? "",
    sslMode: sslModeFor(url),
    sslRootCert,
    urlVariable: URL_VARIABLE,
  };
}
