/**
 * The topics services meet at. One row per topic: what it carries, how it is keyed, how long it is
 * kept, who writes it and who reads it. `deno task topics` makes a broker look like this table.
 *
 * @module
 */
import type { z } from "zod";
import { PaymentEvent } from "./events/registry.ts";
import { PaymentEnriched } from "./events/payment_enriched.ts";
import { Anomaly } from "./anomaly.ts";
import { DeadLetter } from "./dead_letter.ts";
import { ChainedAction } from "./desk_action.ts";
import { RejectedWebhook } from "./rejected_webhook.ts";
import { UnmappedWebhook } from "./unmapped_webhook.ts";
import type { HeaderName } from "./headers.ts";
import { type Consumer, consumers, services } from "./services.ts";

export type TopicContract = {
  /** Default name on the wire; the environment variable `env` overrides it. */
  readonly name: string;
  readonly env: string;
  /** What a record of it is, in a sentence or two. */
  readonly about: string;
  /** What a value must satisfy; `null` if any bytes are a fact worth keeping. */
  readonly schema: z.ZodType | null;
  readonly key: string;
  /** What a record may say beside its value. */
  readonly headers: readonly HeaderName[];
  /** Partitions of a local broker. Raising them later breaks the order per key. */
  readonly partitions: number;
  readonly retentionMs: number;
  /**
   * Whether only the last value of a key is kept (`cleanup.policy=compact`): what a service keeps of itself. Never so of a topic of
   * payments, which would forget one when a later one of its key came.
   */
  readonly isCompacted?: true;
  /** Largest record batch in bytes (`max.message.bytes`). */
  readonly maxMessageBytes: number;
  readonly writer: string;
  readonly readers: readonly string[];
};

const MiB = 1024 * 1024;
const DAY_MS = 24 * 60 * 60 * 1000;

/** How a webhook came. All that is made of it says so too. */
const asItCame = [
  "receivedAt",
  "provider",
  "account",
  "signingKey",
  "masked",
  "traceparent",
  "tracestate",
] as const;

/** What a replay says of itself. */
const ofReplay = [
  "replayOf",
  "replayFor",
  "replayJob",
  "replayNth",
  "origin",
  "edited",
] as const;

const ofRaw = [...asItCame, ...ofReplay, "replayItem"] as const;

const ofFact = [
  ...asItCame,
  "source",
  ...ofReplay,
  "mappingVersion",
  "transmission",
] as const;

/**
 * Size limits follow from the intake's 1 MiB body: a raw record can carry the body and a key cut from
 * it, so 4 MiB leaves room twice over. A dead letter carries the original as base64 (4/3) and, up to
 * 1 MiB, once more to be read (as an escaped string at worst 6 characters a byte): 16 MiB holds it. What is
 * larger all the same, because it came compressed, leaves parts of the original out. What operators did is kept for more
 * than the twelve months that PCI DSS 4.0.1 asks for (10.5.1).
 */
export const topics = {
  raw: {
    name: "events.raw.v1",
    env: "EVENTFLOW_RAW_TOPIC",
    about:
      "A webhook as it was sent, byte for byte, once its signature was proven.",
    schema: null,
    key:
      "the payment: payload.payment_id, else event_id; of a provider's own webhooks, what its page in docs/providers says",
    headers: ofRaw,
    partitions: 3,
    retentionMs: 30 * DAY_MS,
    maxMessageBytes: 4 * MiB,
    writer: "intake",
    readers: readersOf("raw"),
  },
  validated: {
    name: "events.validated.v1",
    env: "EVENTFLOW_VALIDATED_TOPIC",
    about:
      "An event that every reader can take: one that was signed as it is, or a fact that was made of a provider's own webhook.",
    schema: PaymentEvent,
    key: "as the raw record",
    headers: ofFact,
    partitions: 3,
    retentionMs: 30 * DAY_MS,
    maxMessageBytes: 4 * MiB,
    writer: services.validator,
    readers: readersOf("validated"),
  },
  enriched: {
    name: "events.enriched.v1",
    env: "EVENTFLOW_ENRICHED_TOPIC",
    about: "A validated event with what was worked out about it.",
    schema: PaymentEnriched,
    key: "as the raw record",
    headers: ofFact,
    partitions: 3,
    retentionMs: 30 * DAY_MS,
    maxMessageBytes: 4 * MiB,
    writer: services.enrichment,
    readers: readersOf("enriched"),
  },
  enrichmentFacts: {
    name: "enrichment.facts.v1",
    env: "EVENTFLOW_ENRICHMENT_FACTS_TOPIC",
    about: "What enrichment remembers, in parts. Nobody else reads it.",
    schema: null,
    key: "a part of a snapshot",
    headers: ["snapshot"],
    partitions: 3,
    retentionMs: 40 * DAY_MS,
    isCompacted: true,
    maxMessageBytes: 4 * MiB,
    writer: services.enrichment,
    readers: [services.enrichment],
  },
  anomalies: {
    name: "events.anomalies.v1",
    env: "EVENTFLOW_ANOMALIES_TOPIC",
    about:
      "Something out of the usual in the flow of payments, when it is opened and when it is closed.",
    schema: Anomaly,
    key: "the segment",
    headers: [],
    partitions: 1,
    retentionMs: 400 * DAY_MS,
    maxMessageBytes: MiB,
    writer: services.sentinel,
    readers: [services.dead_letter_desk],
  },
  sentinelCounts: {
    name: "sentinel.counts.v1",
    env: "EVENTFLOW_SENTINEL_COUNTS_TOPIC",
    about: "What the sentinel counted, minute by minute. Nobody else reads it.",
    schema: null,
    key: "the topic and partition that was counted",
    headers: [],
    partitions: 1,
    retentionMs: 35 * DAY_MS,
    maxMessageBytes: MiB,
    writer: services.sentinel,
    readers: [services.sentinel],
  },
  sentinelState: {
    name: "sentinel.state.v1",
    env: "EVENTFLOW_SENTINEL_STATE_TOPIC",
    about: "What the sentinel has learnt, in parts. Nobody else reads it.",
    schema: null,
    key: "a part of the state",
    headers: [],
    partitions: 1,
    retentionMs: 40 * DAY_MS,
    isCompacted: true,
    maxMessageBytes: 4 * MiB,
    writer: services.sentinel,
    readers: [services.sentinel],
  },
  deadLetters: {
    name: "events.dlq.v1",
    env: "EVENTFLOW_DLQ_TOPIC",
    about: "A record that a service gave up, whole, with the reason.",
    schema: DeadLetter,
    key: "as the failed record",
    headers: [
      ...ofFact,
      "replayItem",
      "failedService",
      "errorCode",
    ],
    partitions: 1,
    retentionMs: 90 * DAY_MS,
    maxMessageBytes: 16 * MiB,
    writer: "every worker",
    readers: readersOf("deadLetters"),
  },
  unmapped: {
    name: "events.unmapped.v1",
    env: "EVENTFLOW_UNMAPPED_TOPIC",
    about: "Where a webhook lies that no mapping knew.",
    schema: UnmappedWebhook,
    key: "as the raw record",
    headers: [...asItCame, "source", ...ofReplay, "mappingVersion"],
    partitions: 1,
    retentionMs: 90 * DAY_MS,
    maxMessageBytes: MiB,
    writer: services.validator,
    readers: [services.dead_letter_desk, services.sentinel, "audit"],
  },
  desk: {
    name: "events.desk.v1",
    env: "EVENTFLOW_DESK_TOPIC",
    about:
      "What a person had the dead-letter desk do. Each action names the one before.",
    schema: ChainedAction,
    key: "the job, else the action",
    headers: [],
    partitions: 1,
    retentionMs: 400 * DAY_MS,
    maxMessageBytes: 4 * MiB,
    writer: services.dead_letter_desk,
    readers: [services.dead_letter_desk, "audit"],
  },
  rejected: {
    name: "events.rejected.v1",
    env: "EVENTFLOW_REJECTED_TOPIC",
    about:
      "Why a webhook was refused, as far as it can be told without helping whoever sent it.",
    schema: RejectedWebhook,
    key: "the provider",
    headers: [],
    partitions: 1,
    retentionMs: 30 * DAY_MS,
    maxMessageBytes: MiB,
    writer: "intake",
    readers: [services.dead_letter_desk, services.sentinel],
  },
} as const satisfies Record<string, TopicContract>;

export type TopicId = keyof typeof topics;

export const topicIds = Object.keys(topics) as readonly TopicId[];

/** Something for each topic, by its name in the table. */
export function ofEachTopic<T>(
  make: (topic: TopicId) => T,
): Readonly<Record<TopicId, T>> {
  const entries = topicIds.map((topic) => [topic, make(topic)] as const);
  // That there is one for each is seen here; TypeScript takes the names of entries for any text.
  return Object.fromEntries(entries) as Record<TopicId, T>;
}

function readersOf(topic: Consumer["reads"]): readonly string[] {
  return Object.values(consumers).filter(({ reads }) => reads === topic)
    .map(({ service }) => service);
}
