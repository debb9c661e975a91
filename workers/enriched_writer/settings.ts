import {
  databaseRelations,
  databaseSettings,
} from "#runtime/database_settings.ts";
import {
  poolSettings,
  statementFitsDrain,
} from "#runtime/postgres/pool_settings.ts";
import { groupSettings, noSingleGroup } from "#kafka/group_settings.ts";
import { portSettings } from "#consumer/port_settings.ts";
import {
  unhurriedSettings,
  workerRelations,
  workerSettings,
} from "#consumer/worker_settings.ts";

export const enrichedWriterSettings = {
  ...workerSettings,
  ...unhurriedSettings,
  ...databaseSettings,
  ...poolSettings,
  ...noSingleGroup,
  groupId: groupSettings.enriched_writerGroup,
  port: portSettings.enriched_writerPort,
};

export const enrichedWriterRelations = [
  ...workerRelations,
  ...databaseRelations,
  statementFitsDrain,
];
