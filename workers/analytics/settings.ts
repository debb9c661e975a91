import { alsoNamed, integer, refused } from "#runtime/config.ts";
import { EARLIER_GROUP, groupSettings } from "#kafka/group_settings.ts";
import { portSettings } from "#consumer/port_settings.ts";
import {
  unhurriedSettings,
  workerSettings,
} from "#consumer/worker_settings.ts";

export const analyticsSettings = {
  ...workerSettings,
  ...unhurriedSettings,
  validatedTopic: alsoNamed("ANALYTICS_TOPIC", workerSettings.validatedTopic),
  groupId: alsoNamed("ANALYTICS_GROUP_ID", groupSettings.analyticsGroup),
  /** The earlier analytics did not read it either, but whoever sets it means a group. */
  otherGroup: refused(EARLIER_GROUP, {
    doc: "refused here: the earlier validator's and persistence's alone",
    instead:
      `must not be set for analytics, which does not read it: set ${groupSettings.analyticsGroup.env} instead`,
  }),
  port: portSettings.analyticsPort,
  duplicateWindow: integer("EVENTFLOW_ANALYTICS_DUPLICATE_WINDOW", {
    fallback: "100000",
    min: 1,
    max: 10_000_000,
    doc: "events remembered to tell duplicates, some 100 bytes each",
  }),
};
