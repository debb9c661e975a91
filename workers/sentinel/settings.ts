import { integer, number } from "#runtime/config.ts";
import { groupSettings, noSingleGroup } from "#kafka/group_settings.ts";
import { portSettings } from "#consumer/port_settings.ts";
import {
  unhurriedSettings,
  workerRelations,
  workerSettings,
} from "#consumer/worker_settings.ts";

export const sentinelSettings = {
  ...workerSettings,
  ...unhurriedSettings,
  ...groupSettings,
  ...noSingleGroup,
  groupId: groupSettings.sentinelGroup,
  port: portSettings.sentinelPort,
  falseAlarmsPerWeek: number("EVENTFLOW_SENTINEL_FALSE_ALARMS_PER_WEEK", {
    fallback: "0.5",
    doc:
      "alarms a week that each signal may raise by chance: with fewer it takes longer to find what is wrong",
  }),
  learnMinutes: integer("EVENTFLOW_SENTINEL_LEARN_MINUTES", {
    fallback: "1440",
    min: 15,
    max: 10_080,
    doc:
      "minutes that are learnt from before anything is judged: less than a day knows no day",
  }),
  graceMs: integer("EVENTFLOW_SENTINEL_GRACE_MS", {
    fallback: "10000",
    min: 0,
    max: 600_000,
    doc: "milliseconds for which a minute stays open after its end",
  }),
  lagMs: integer("EVENTFLOW_SENTINEL_LAG_MS", {
    fallback: "120000",
    min: 1_000,
    doc:
      "milliseconds by which EventFlow may be behind: minutes beyond that are not judged, as they say nothing of the senders",
  }),
  gapMs: integer("EVENTFLOW_SENTINEL_GAP_MS", {
    fallback: "60000",
    min: 1_000,
    doc:
      "milliseconds without a heartbeat, after which the minutes in between are not judged",
  }),
  heartbeatMs: integer("EVENTFLOW_SENTINEL_HEARTBEAT_MS", {
    fallback: "10000",
    min: 100,
    doc: "milliseconds from one heartbeat to the next",
  }),
  takeOverMs: integer("EVENTFLOW_SENTINEL_TAKE_OVER_MS", {
    fallback: "30000",
    min: 500,
    doc:
      "milliseconds without a heartbeat, after which another instance judges",
  }),
  snapshotMs: integer("EVENTFLOW_SENTINEL_SNAPSHOT_MS", {
    fallback: "600000",
    min: 1_000,
    doc: "milliseconds from one snapshot of what is learnt to the next",
  }),
};

export const sentinelRelations = workerRelations;
