import { integer, port, type Relation } from "#runtime/config.ts";
import {
  connectionSettings,
  heldBackSettings,
  loginIsWhole,
  topicSettings,
} from "#runtime/kafka/settings.ts";
import {
  groupSettings,
  noSingleGroup,
} from "#runtime/kafka/worker/group_settings.ts";

export const observerSettings = {
  ...connectionSettings,
  ...topicSettings,
  ...groupSettings,
  ...noSingleGroup,
  ...heldBackSettings,
  port: port("EVENTFLOW_OBSERVER_PORT", {
    fallback: "8006",
    doc: "port of health and metrics of the observer",
  }),
  intervalMs: integer("EVENTFLOW_OBSERVER_INTERVAL_MS", {
    fallback: "2000",
    min: 100,
    doc: "milliseconds from one look at Kafka to the next",
  }),
};

export const observerRelations: readonly Relation<typeof observerSettings>[] = [
  loginIsWhole,
];
