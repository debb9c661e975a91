import { integer, type Relation } from "#runtime/config.ts";
import {
  connectionRelations,
  connectionSettings,
  heldBackSettings,
  topicSettings,
} from "#kafka/settings.ts";
import { groupSettings, noSingleGroup } from "#kafka/group_settings.ts";
import { portSettings } from "#consumer/port_settings.ts";

export const observerSettings = {
  ...connectionSettings,
  ...topicSettings,
  ...groupSettings,
  ...noSingleGroup,
  ...heldBackSettings,
  port: portSettings.observerPort,
  intervalMs: integer("EVENTFLOW_OBSERVER_INTERVAL_MS", {
    fallback: "2000",
    min: 100,
    doc: "milliseconds from one look at Kafka to the next",
  }),
};

export const observerRelations: readonly Relation<typeof observerSettings>[] = [
  ...connectionRelations,
];
