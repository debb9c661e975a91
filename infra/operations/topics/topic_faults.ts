import type { TopicContract } from "#contracts/topics.ts";
import { codecNames } from "#kafka/kafkajs/consuming/compression/decompress.ts";
import type { TopicSetting, TopicSettings } from "#kafka/port.ts";

/** A topic as it is on the brokers. */
export type FoundTopic = {
  readonly name: string;
  /** All that are in force, the brokers' defaults included. */
  readonly settings: TopicSettings;
  /** The fewest of any of its partitions. */
  readonly replicas: number;
};

/** A setting that can lose payments or keep them from being written, and what it should be. */
export type UnsafeSetting = {
  readonly setting: string;
  /** What it is, and who has set it. */
  readonly from: string;
  readonly to: string;
};

/** A broker that is gone for good, and one that is restarted meanwhile. */
const REPLICAS = 3;

/**
 * Settings that no contract names, because hardly anybody sets them, and that hurt if somebody has, on the
 * topic or as the brokers' default. All can be put right while everything runs.
 *
 * @param topic whose `maxMessageBytes` is the largest batch that it is to take
 */
export function unsafeSettings(
  { settings, replicas }: FoundTopic,
  { maxMessageBytes, isCompacted }: Pick<
    TopicContract,
    "maxMessageBytes" | "isCompacted"
  >,
): UnsafeSetting[] {
  const found: UnsafeSetting[] = [];
  const ask = (
    setting: string,
    to: string,
    isUnsafe: (value: string) => boolean,
  ) => {
    const now = settings[setting];
    if (now === undefined || !isUnsafe(now.value)) return;
    found.push({ setting, from: textOf(now), to });
  };
  // Compacted, a topic forgets a record when a later one of its key comes.
  if (!isCompacted) {
    ask("cleanup.policy", "delete", (value) => value.includes("compact"));
  }
  ask("retention.bytes", "-1", (value) => Number(value) >= 0);
  // A leader that has not everything is elected rather than none, and what was acknowledged is gone.
  ask("unclean.leader.election.enable", "false", (value) => value === "true");
  // A batch larger than a segment is refused, whatever the topic's limit is.
  ask(
    "segment.bytes",
    String(1024 ** 3),
    (value) => Number(value) < maxMessageBytes,
  );
  if (replicas >= REPLICAS) {
    // With one, "all in-sync replicas have it" can mean that one broker has.
    ask("min.insync.replicas", "2", (value) => Number(value) < 2);
  }
  return found;
}

/** What is wrong and cannot be put right by a setting that is safe to change: a sentence each, with what to do. */
export function faultsOf(
  { name, settings, replicas }: FoundTopic,
  brokers: number,
): string[] {
  const faults: string[] = [];
  const inSync = Number(settings["min.insync.replicas"]?.value ?? 1);
  if (replicas < REPLICAS && brokers > replicas) {
    faults.push(
      `${name} has ${
        plural(replicas, "replica")
      } on ${brokers} brokers, and should have ${
        Math.min(REPLICAS, brokers)
      }: give it more with kafka-reassign-partitions.sh`,
    );
  }
  if (inSync > replicas) {
    faults.push(
      `${name} takes nothing: it wants ${inSync} replicas in sync (min.insync.replicas) and has ${replicas}`,
    );
  } else if (inSync === replicas && replicas > 1) {
    faults.push(
      `${name} takes nothing while one broker is away, as all of its ${replicas} replicas must be in sync: lower min.insync.replicas to ${
        replicas - 1
      }, or give it one replica more`,
    );
  }
  return faults;
}

/** What is no fault, and worth knowing: a sentence each. */
export function notesOf(
  topics: readonly FoundTopic[],
  brokers: number,
): string[] {
  const notes: string[] = [];
  if (brokers < REPLICAS) {
    notes.push(
      `Kafka has ${
        plural(brokers, "broker")
      }: what is acknowledged is on no more disks than that.`,
    );
  }
  for (const { name, settings } of topics) {
    const compression = settings["compression.type"];
    if (compression === undefined || asProduced.has(compression.value)) {
      continue;
    }
    const isRead = codecNames.includes(compression.value);
    notes.push(
      `${name} compresses with ${
        textOf(compression)
      }, whatever its producers chose: EventFlow ${
        isRead ? "reads that; its other readers must too" : "cannot read that"
      }.`,
    );
  }
  return notes;
}

const asProduced = new Set(["producer", "uncompressed"]);

function textOf({ value, setBy }: TopicSetting): string {
  return setBy === "topic" ? value : `${value} (the brokers' default)`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
