import { integer, port } from "#runtime/config.ts";
import { groupSettings } from "#runtime/kafka/worker/group_settings.ts";
import { workerSettings } from "#runtime/kafka/worker/worker_settings.ts";

export const analyticsSettings = {
  ...workerSettings,
  groupId: groupSettings.analyticsGroup,
  port: port("EVENTFLOW_ANALYTICS_PORT", {
    fallback: "8002",
    doc: "port of health and metrics of analytics",
  }),
  duplicateWindow: integer("EVENTFLOW_ANALYTICS_DUPLICATE_WINDOW", {
    fallback: "100000",
    min: 1,
    max: 10_000_000,
    doc: "events remembered to tell duplicates, some 100 bytes each",
  }),
};
