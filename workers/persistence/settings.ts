import { alsoNamed, choice, flag } from "#runtime/config.ts";
import {
  databaseRelations,
  databaseSettings,
} from "#runtime/database_settings.ts";
import { EARLIER_GROUP, groupSettings } from "#kafka/group_settings.ts";
import { portSettings } from "#consumer/port_settings.ts";
import { workerRelations, workerSettings } from "#consumer/worker_settings.ts";
import {
  poolSettings,
  statementFitsDrain,
} from "#runtime/postgres/pool_settings.ts";

export const persistenceSettings = {
  ...workerSettings,
  ...databaseSettings,
  ...poolSettings,
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
};

export const persistenceRelations = [
  ...workerRelations,
  ...databaseRelations,
  statementFitsDrain,
];
