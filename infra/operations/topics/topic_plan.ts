import type { TopicContract } from "#contracts/topics.ts";
import type { KafkaAdmin, TopicDescription } from "#kafka/port.ts";
import { type FoundTopic, unsafeSettings } from "./topic_faults.ts";

/** A topic as it should be: its contract, under the name it has on this cluster. */
export type WantedTopic =
  & Pick<
    TopicContract,
    "partitions" | "retentionMs" | "maxMessageBytes" | "isCompacted"
  >
  & { readonly name: string };

export type TopicChange =
  | { readonly kind: "create"; readonly topic: WantedTopic }
  | {
    readonly kind: "configure";
    readonly name: string;
    /** Settings that are missing, too low or other than asked for, each with what it is now. */
    readonly raised: readonly {
      readonly setting: string;
      readonly from: string | undefined;
      readonly to: string;
    }[];
    /** All that will be set on the topic, what somebody else set included. */
    readonly config: Readonly<Record<string, string>>;
  }
  | {
    readonly kind: "raise-partitions";
    readonly name: string;
    readonly from: number;
    readonly to: number;
  };

/**
 * What makes a broker hold what the contracts ask. It only adds: a topic nobody wants, a setting of
 * somebody else that does no harm and a value above the contract's stay as they are.
 */
export function planTopics(
  wanted: readonly WantedTopic[],
  existing: readonly (TopicDescription & FoundTopic)[],
): TopicChange[] {
  return wanted.flatMap((topic): TopicChange[] => {
    const found = existing.find(({ name }) => name === topic.name);
    if (found === undefined) return [{ kind: "create", topic }];
    const changes: TopicChange[] = [];
    const raised = [
      ...Object.entries(topicConfig(topic))
        .filter(([setting, to]) => isShort(found.config[setting], to))
        .map(([setting, to]) => ({ setting, from: found.config[setting], to })),
      ...unsafeSettings(found, topic),
    ];
    if (raised.length > 0) {
      const config = {
        ...found.config,
        ...Object.fromEntries(raised.map(({ setting, to }) => [setting, to])),
      };
      changes.push({ kind: "configure", name: topic.name, raised, config });
    }
    if (found.partitions < topic.partitions) {
      const { name, partitions } = topic;
      changes.push({
        kind: "raise-partitions",
        name,
        from: found.partitions,
        to: partitions,
      });
    }
    return changes;
  });
}

/** Makes one change. */
export async function applyChange(
  admin: KafkaAdmin,
  change: TopicChange,
): Promise<void> {
  switch (change.kind) {
    case "create": {
      const { name, partitions } = change.topic;
      const config = configOfNew(change.topic);
      return await admin.createTopics([{ name, partitions, config }]);
    }
    case "configure":
      return await admin.configureTopic(change.name, change.config);
    case "raise-partitions":
      return await admin.raisePartitions(change.name, change.to);
  }
}

/** A change in a line. */
export function describeChange(change: TopicChange): string {
  switch (change.kind) {
    case "create": {
      const { name, partitions } = change.topic;
      const config = Object.entries(configOfNew(change.topic))
        .map(([setting, value]) => `${setting}=${value}`).join(" ");
      return `create ${name} with ${partitions} partitions, ${config}`;
    }
    case "configure": {
      const settings = change.raised.map(({ setting, from, to }) =>
        `${setting} from ${from ?? "the broker's default"} to ${to}`
      );
      return `set on ${change.name}: ${settings.join(", ")}`;
    }
    case "raise-partitions":
      return `raise partitions of ${change.name} from ${change.from} to ${change.to}`;
  }
}

/**
 * What is set on a topic.
 *
 * Records are dated by the broker's clock, because retention and `deno task audit --since` go by their
 * dates. Dated by its own, a producer whose clock is behind would have its records removed too early,
 * and one that is an hour ahead could write nothing (`message.timestamp.after.max.ms`).
 */
export function topicConfig(
  topic: Pick<WantedTopic, "retentionMs" | "maxMessageBytes" | "isCompacted">,
): Readonly<Record<string, string>> {
  return {
    "retention.ms": String(topic.retentionMs),
    "max.message.bytes": String(topic.maxMessageBytes),
    "message.timestamp.type": "LogAppendTime",
    ...(topic.isCompacted && { "cleanup.policy": "compact" }),
  };
}

/** What is set on a topic that is made: also what brokers may have another default of. */
export function configOfNew(
  topic: WantedTopic,
): Readonly<Record<string, string>> {
  const config = topicConfig(topic);
  return topic.isCompacted ? config : { ...config, "cleanup.policy": "delete" };
}

/** A number is a lower limit, and -1 is Kafka's word for "no limit"; a word is asked for as it is. */
function isShort(current: string | undefined, wanted: string): boolean {
  if (current === undefined) return true;
  if (Number.isNaN(Number(wanted))) return current !== wanted;
  return Number(current) !== -1 && Number(current) < Number(wanted);
}
