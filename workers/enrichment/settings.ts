import { groupSettings, noSingleGroup } from "#kafka/group_settings.ts";
import { portSettings } from "#consumer/port_settings.ts";
import { workerSettings } from "#consumer/worker_settings.ts";

export const enrichmentSettings = {
  ...workerSettings,
  ...noSingleGroup,
  groupId: groupSettings.enrichmentGroup,
  port: portSettings.enrichmentPort,
};
