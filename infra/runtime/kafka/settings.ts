import { type TopicId, topics } from "#contracts/topics.ts";
import {
  choice,
  type Config,
  flag,
  list,
  optional,
  type Relation,
  secret,
  text,
} from "../config.ts";

const brokers = list("KAFKA_BOOTSTRAP_SERVERS", {
  fallback: "127.0.0.1:9092",
  doc: "host:port of brokers to begin with, comma-separated",
});

/** How to reach the cluster. */
export const connectionSettings = {
  bootstrapServers: {
    ...brokers,
    schema: brokers.schema.refine(
      (entries) => entries.every((entry) => /^[\w.-]+:\d{1,5}$/.test(entry)),
      "must be host:port, or several of them separated by commas",
    ),
  },
  kafkaTls: flag("EVENTFLOW_KAFKA_TLS", {
    fallback: "false",
    doc: "encrypt connections to the brokers",
  }),
  kafkaSaslMechanism: optional(choice("EVENTFLOW_KAFKA_SASL_MECHANISM", {
    values: ["plain", "scram-sha-256", "scram-sha-512"],
    doc: "how to log in to the brokers; empty: no login",
  })),
  kafkaSaslUsername: optional(text("EVENTFLOW_KAFKA_SASL_USERNAME", {
    doc: "user name for the brokers",
  })),
  kafkaSaslPassword: optional(secret("EVENTFLOW_KAFKA_SASL_PASSWORD", {
    doc: "password for the brokers",
  })),
};

export type ConnectionConfig = Config<typeof connectionSettings>;

/** A login needs both its halves. */
export const loginIsWhole: Relation<typeof connectionSettings> = (config) =>
  config.kafkaSaslMechanism !== undefined &&
    (config.kafkaSaslUsername === undefined ||
      config.kafkaSaslPassword === undefined)
    ? `EVENTFLOW_KAFKA_SASL_MECHANISM is ${config.kafkaSaslMechanism}, so EVENTFLOW_KAFKA_SASL_USERNAME and EVENTFLOW_KAFKA_SASL_PASSWORD must be set`
    : undefined;

const topicName = (id: TopicId) =>
  text(topics[id].env, {
    fallback: topics[id].name,
    doc: `topic written by ${topics[id].writer}`,
  });

/** What the topics are called on this cluster. */
export const topicSettings = {
  rawTopic: topicName("raw"),
  validatedTopic: topicName("validated"),
  enrichedTopic: topicName("enriched"),
  deadLetterTopic: topicName("deadLetters"),
};
