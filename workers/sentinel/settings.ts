import { groupSettings, noSingleGroup } from "#kafka/group_settings.ts";
import { portSettings } from "#consumer/port_settings.ts";
import { workerSettings } from "#consumer/worker_settings.ts";

export const sentinelSettings = {
  ...workerSettings,
  ...noSingleGroup,
  groupId: groupSettings.sentinelGroup,
  port: portSettings.sentinelPort,
};
