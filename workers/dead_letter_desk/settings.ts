import { groupSettings, noSingleGroup } from "#kafka/group_settings.ts";
import { portSettings } from "#consumer/port_settings.ts";
import { workerSettings } from "#consumer/worker_settings.ts";

export const deadLetterDeskSettings = {
  ...workerSettings,
  ...noSingleGroup,
  groupId: groupSettings.dead_letter_deskGroup,
  port: portSettings.dead_letter_deskPort,
};
