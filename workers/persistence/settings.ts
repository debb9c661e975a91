import {
  alsoNamed,
  choice,
  flag,
  integer,
  type Relation,
} from "#runtime/config.ts";
import {
  databaseRelations,
  databaseSettings,
} from "#runtime/database_settings.ts";
import { EARLIER_GROUP, groupSettings } from "#kafka/group_settings.ts";
import { portSettings } from "#consumer/port_settings.ts";
import { workerRelations, workerSettings } from "#consumer/worker_settings.ts";
import type { serviceSettings } from "#runtime/service_settings.ts";
import { answerGraceMs } from "#runtime/postgres/database.ts";

export const persistenceSettings = {
  ...workerSettings,
  ...databaseSettings,
  port: portSettings.persistencePort,
  groupId: alsoNamed(EARLIER_GROUP, groupSettings.persistenceGroup),
  dbDriver: choice("EVENTFLOW_DB_DRIVER", {
    fallback: "org.postgresql.Driver",
    values: ["org.postgresql.Driver"],
    doc: "the earlier persistence's; PostgreSQL is the one database",
  }),
  dbAllowExcessRights: flag("EVENTFLOW_DB_ALLOW_EXCESS_RIGHTS", {
    fallback: "false",
    doc:
      "true lets persistence log in as a user who may do more than select and insert, such as " +
      "the owner of the tables; in explicit development a warning says it",
  }),
  dbPoolSize: integer("EVENTFLOW_DB_POOL_SIZE", {
    fallback: "4",
    min: 1,
    max: 100,
    doc: "connections at most; a partition uses one at a time",
  }),
  dbStatementTimeoutMs: integer("EVENTFLOW_DB_STATEMENT_TIMEOUT_MS", {
    fallback: "6000",
    min: 100,
    max: 600_000,
    doc: "milliseconds after which PostgreSQL gives a statement up",
  }),
};

/** A statement under way when the service is told to stop must be able to end in time. */
const statementFitsDrain: Relation<
  typeof persistenceSettings & typeof serviceSettings
> = ({ dbStatementTimeoutMs, drainTimeoutMs }) =>
  dbStatementTimeoutMs + answerGraceMs > drainTimeoutMs
    ? `EVENTFLOW_DB_STATEMENT_TIMEOUT_MS must be at least ${answerGraceMs} below EVENTFLOW_DRAIN_TIMEOUT_MS: current values ${dbStatementTimeoutMs} and ${drainTimeoutMs}`
    : undefined;

export const persistenceRelations = [
  ...workerRelations,
  ...databaseRelations,
  statementFitsDrain,
];
