import { isIPv6 } from "node:net";
import {
  ofEachTopic,
  type TopicContract,
  type TopicId,
  topicIds,
  topics,
} from "#contracts/topics.ts";
import {
  type Config,
  integer,
  list,
  type Relation,
  type Setting,
  text,
} from "#runtime/config.ts";
import { parseBroker } from "./broker_address.ts";
import { securityRelations, securitySettings } from "./security_settings.ts";

const brokers = list("KAFKA_BOOTSTRAP_SERVERS", {
  fallback: "127.0.0.1:9092",
  doc: "host:port of brokers to begin with, comma-separated",
});

/** How to reach the cluster. */
export const connectionSettings = {
  bootstrapServers: {
    ...brokers,
    schema: brokers.schema.refine(
      (entries) => entries.every(isBroker),
      "must be host:port, with an IPv6 address in brackets, or several of them separated by commas",
    ),
  },
  ...securitySettings,
};

export type ConnectionConfig = Config<typeof connectionSettings>;

/** Rules between these settings, for everybody who has them. */
export const connectionRelations: readonly Relation<
  typeof connectionSettings
>[] = securityRelations;

/** A transaction that its producer left ends of itself after a minute or somewhat more, if the producer is one of ours. */
export const heldBackSettings = {
  heldBackMs: integer("EVENTFLOW_HELD_BACK_MS", {
    fallback: "75000",
    min: 1,
    doc:
      "milliseconds a partition's readers may wait for a transaction to end before it is told whose it is",
  }),
};

function isBroker(entry: string): boolean {
  const { host = "", port = "" } = parseBroker(entry) ?? {};
  return (/^[\w.-]+$/.test(host) || isIPv6(host)) && Number(port) <= 65_535;
}

/** Kafka's own rule (org.apache.kafka.common.internals.Topic). */
const topicForm = /^(?!\.{1,2}$)[\w.-]{1,249}$/;

const topicName = (id: TopicId): Setting<string> => {
  const setting = text(topics[id].env, {
    fallback: topics[id].name,
    doc: `topic written by ${topics[id].writer}`,
  });
  return {
    ...setting,
    schema: setting.schema.refine(
      (name) => topicForm.test(name),
      "must be at most 249 letters, digits, full stops, underscores and hyphens",
    ),
  };
};

/** What the topics are called on this cluster. */
export const topicSettings = {
  rawTopic: topicName("raw"),
  validatedTopic: topicName("validated"),
  enrichedTopic: topicName("enriched"),
  enrichmentFactsTopic: topicName("enrichmentFacts"),
  deadLetterTopic: topicName("deadLetters"),
  unmappedTopic: topicName("unmapped"),
  deskTopic: topicName("desk"),
  rejectedTopic: topicName("rejected"),
  anomaliesTopic: topicName("anomalies"),
  sentinelCountsTopic: topicName("sentinelCounts"),
  sentinelStateTopic: topicName("sentinelState"),
};

/** By the topic, the setting that names it. */
export const topicSettingOf = {
  raw: "rawTopic",
  validated: "validatedTopic",
  enriched: "enrichedTopic",
  enrichmentFacts: "enrichmentFactsTopic",
  deadLetters: "deadLetterTopic",
  unmapped: "unmappedTopic",
  desk: "deskTopic",
  rejected: "rejectedTopic",
  anomalies: "anomaliesTopic",
  sentinelCounts: "sentinelCountsTopic",
  sentinelState: "sentinelStateTopic",
} as const satisfies Readonly<Record<TopicId, keyof typeof topicSettings>>;

/** What each topic is called on this cluster. */
export function topicNames(
  config: Config<typeof topicSettings>,
): Readonly<Record<TopicId, string>> {
  return ofEachTopic((topic) => config[topicSettingOf[topic]]);
}

/** The contract of the topic that has a name on this cluster. */
export function contractOf(
  config: Config<typeof topicSettings>,
  name: string,
): TopicContract | undefined {
  const id = topicIds.find((topic) => config[topicSettingOf[topic]] === name);
  return id && topics[id];
}
