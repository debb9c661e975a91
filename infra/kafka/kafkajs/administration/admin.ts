import kafkajs from "kafkajs";
import type { Admin } from "kafkajs";
import type { TransactionCoordinator } from "kafkajs/src/broker/index.js";
import coordinatorTypes from "kafkajs/src/protocol/coordinatorTypes.js";
import { sleep } from "#runtime/backoff.ts";
import type { KafkaAdmin, TopicSetting, TopicSettings } from "../../port.ts";
import { type NewKafka, retryPolicy } from "../new_kafka.ts";
import { type Cluster, isolation, offsetsOf, openCluster } from "../cluster.ts";
import { describeCluster } from "./described_cluster.ts";
import { translate } from "../errors.ts";
import { isProven } from "../patches/broker_version.ts";
import { accessOf } from "./lacking_rights.ts";
import { KeptCluster } from "./kept_cluster.ts";
import { logAround } from "./log_around.ts";
import { openTransactionIn } from "../transactions/open_transaction.ts";
import { patiently } from "../patiently.ts";
import { topicId } from "./topic_id.ts";
import { stablePosition } from "../transactions/stable_position.ts";

const retry = retryPolicy({ firstMs: 50, maxMs: 500, times: 4 });

/** A transaction that is about to move a position takes some milliseconds more. */
const PATIENCE = { everyMs: 20, forMs: 5_000 };

/** By `configSource`; whatever else there is, dynamic or static, was set on a broker or on all of them. */
const setters = new Map<number, TopicSetting["setBy"]>([
  [kafkajs.ConfigSource.TOPIC_CONFIG, "topic"],
  [kafkajs.ConfigSource.DEFAULT_CONFIG, "default"],
]);

/** Connects an administrator. Every method throws `TransientError` if the cluster is away. */
export async function openAdmin(newKafka: NewKafka): Promise<KafkaAdmin> {
  const admin = newKafka(retry).admin({ retry });
  const asking = async <T>(action: string, ask: () => Promise<T>) => {
    try {
      return await ask();
    } catch (error) {
      throw translate(action, error);
    }
  };
  /** For questions to whichever broker answers now: the one that a kept cluster met first may be gone. */
  const withSeed = async <T>(
    ask: (seed: TransactionCoordinator) => Promise<T>,
  ) => {
    const cluster = await openCluster(
      newKafka(retry),
      isolation.readCommitted,
    );
    try {
      return await ask(cluster.brokerPool.seedBroker);
    } finally {
      await cluster.disconnect();
    }
  };
  /** By topic and isolation: for what kafkajs's admin cannot ask, and so that no topic's end is another's. */
  const kept = new Map<string, KeptCluster>();
  /** One a topic: to ask who leads what is to ask it of all topics that a cluster was asked about, or to fail. */
  const clusterOf = (
    topic: string,
    level: number = isolation.readUncommitted,
  ) => {
    const name = `${topic}/${level}`;
    const known = kept.get(name);
    if (known !== undefined) return known;
    const cluster = new KeptCluster(() => openCluster(newKafka(retry), level));
    kept.set(name, cluster);
    return cluster;
  };
  /** With what is known of leaders as new as if it were connected to just now. */
  const withLeaders = <T>(
    topic: string,
    ask: (cluster: Cluster) => Promise<T>,
    level?: number,
  ) =>
    clusterOf(topic, level).use(async (cluster) => {
      await cluster.refreshMetadata();
      return await ask(cluster);
    });
  /** For what any broker knows of any topic, asked again and again. */
  const ofAnyTopic = new KeptCluster(() =>
    openCluster(newKafka(retry), isolation.readCommitted)
  );
  const offsets = (
    which: string,
    topic: string,
    { fromBeginning = false, level }: {
      fromBeginning?: boolean;
      level?: number;
    } = {},
  ) =>
    asking(
      `Cannot read the ${which} of ${topic}`,
      () =>
        withLeaders(
          topic,
          (cluster) => offsetsOf(cluster, topic, { fromBeginning }),
          level,
        ),
    );
  const close = async () => {
    for (const cluster of [...kept.values(), ofAnyTopic]) await cluster.close();
    await admin.disconnect().catch(() => {});
  };
  try {
    await admin.connect();
  } catch (error) {
    await close();
    throw translate("Cannot reach Kafka", error);
  }

  return {
    access: (rights) =>
      asking("Cannot read what may be done", async () => {
        const cluster = await openCluster(
          newKafka(retry),
          isolation.readCommitted,
        );
        try {
          return await accessOf(cluster, rights);
        } finally {
          await cluster.disconnect();
        }
      }),
    isProven: () =>
      asking(
        "Cannot read what Kafka can do",
        () => withSeed((seed) => Promise.resolve(isProven(seed))),
      ),
    describeCluster: (topics) =>
      asking(
        "Cannot describe the cluster",
        () => withSeed((seed) => describeCluster(seed, topics)),
      ),
    topicId: (topic) =>
      asking(
        `Cannot read the id of ${topic}`,
        () =>
          ofAnyTopic.use(({ brokerPool }) =>
            topicId(brokerPool.seedBroker, topic)
          ),
      ),
    topics: (names) =>
      asking("Cannot describe topics", async () => {
        const existing = new Set(await admin.listTopics());
        const wanted = names.filter((name) => existing.has(name));
        if (wanted.length === 0) return [];
        const { topics } = await admin.fetchTopicMetadata({ topics: wanted });
        const settings = await settingsOf(admin, wanted);
        return topics.map(({ name, partitions }) => ({
          name,
          partitions: partitions.length,
          config: Object.fromEntries(
            Object.entries(settings.get(name) ?? {})
              .filter(([, { setBy }]) => setBy === "topic")
              .map(([setting, { value }]) => [setting, value]),
          ),
        }));
      }),
    topicSettings: (names) =>
      asking("Cannot read the settings of topics", async () => {
        const existing = new Set(await admin.listTopics());
        return await settingsOf(
          admin,
          names.filter((name) => existing.has(name)),
        );
      }),
    createTopics: (topics) =>
      asking("Cannot create topics", async () => {
        await admin.createTopics({
          // It takes a broker that has not heard of the topic yet for a failure.
          waitForLeaders: false,
          topics: topics.map(({ name, partitions, replicas, config }) => ({
            topic: name,
            numPartitions: partitions,
            replicationFactor: replicas ?? -1,
            configEntries: configEntries(config),
          })),
        });
        await untilKnown(admin, topics.map(({ name }) => name));
      }),
    raisePartitions: (topic, partitions) =>
      asking(`Cannot raise the partitions of ${topic}`, async () => {
        await admin.createPartitions({
          topicPartitions: [{ topic, count: partitions }],
        });
      }),
    configureTopic: (topic, config) =>
      asking(`Cannot configure ${topic}`, async () => {
        await admin.alterConfigs({
          validateOnly: false,
          resources: [{
            type: kafkajs.ConfigResourceTypes.TOPIC,
            name: topic,
            configEntries: configEntries(config),
          }],
        });
      }),
    deleteTopics: (names) =>
      asking(
        "Cannot delete topics",
        () => admin.deleteTopics({ topics: [...names] }),
      ),
    startOffsets: (topic) => offsets("start", topic, { fromBeginning: true }),
    endOffsets: (topic) =>
      offsets("end", topic, { level: isolation.readCommitted }),
    highWatermarks: (topic) => offsets("high watermarks", topic),
    openTransaction: (topic, partition) =>
      asking(
        `Cannot read who writes to ${topic}`,
        () =>
          withLeaders(topic, (cluster) =>
            openTransactionIn(cluster, { topic, partition })),
      ),
    offsetsAt: (topic, timeMs) =>
      asking(`Cannot read where ${topic} was at a time`, async () => {
        const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, timeMs);
        return new Map(
          offsets.map(({ partition, offset }) => [partition, Number(offset)]),
        );
      }),
    members: (groupId) =>
      asking(`Cannot read the members of ${groupId}`, async () => {
        const { groups } = await admin.describeGroups([groupId]);
        return groups[0]?.members.length ?? 0;
      }),
    owned: (groupId, topic) =>
      asking(`Cannot read the partitions of ${groupId}`, async () => {
        const { groups } = await admin.describeGroups([groupId]);
        const [group] = groups;
        if (group?.state !== "Stable") return undefined;
        return new Set(
          group.members.flatMap(({ memberAssignment }) =>
            kafkajs.AssignerProtocol.MemberAssignment.decode(memberAssignment)
              ?.assignment[topic] ?? []
          ),
        );
      }),
    positions: (groupId, topic) =>
      asking(`Cannot read the positions of ${groupId}`, async () => {
        const [offsets] = await admin.fetchOffsets({
          groupId,
          topics: [topic],
        });
        return new Map(
          (offsets?.partitions ?? [])
            .map(({ partition, offset }) =>
              [partition, Number(offset)] as const
            )
            .filter(([, offset]) => offset >= 0),
        );
      }),
    position: (groupId, topic, partition) =>
      asking(
        `Cannot read the position of ${groupId}`,
        () =>
          clusterOf(topic).use((cluster) =>
            patiently(async () => {
              const coordinator = await cluster.findGroupCoordinator({
                groupId,
                coordinatorType: coordinatorTypes.GROUP,
              });
              const coordinates = { groupId, topic, partition };
              return await stablePosition(coordinator, coordinates);
            }, PATIENCE)
          ),
      ),
    logAround: (topic, partition, offset) =>
      asking(
        `Cannot read the log of ${topic}/${partition}`,
        () =>
          withLeaders(topic, (cluster) =>
            logAround(cluster, { topic, partition }, offset)),
      ),
    close,
  };
}

async function settingsOf(
  admin: Admin,
  topics: readonly string[],
): Promise<ReadonlyMap<string, TopicSettings>> {
  if (topics.length === 0) return new Map();
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name,
    })),
  });
  return new Map(resources.map(({ resourceName, configEntries }) => [
    resourceName,
    Object.fromEntries(
      configEntries.map(({ configName, configValue, configSource }) => [
        configName,
        { value: configValue, setBy: setters.get(configSource) ?? "broker" },
      ]),
    ),
  ]));
}

/** It takes milliseconds, of a cluster that has much to do many. */
const KNOWN_WITHIN_MS = 60_000;

/** Waits until the broker has heard from its controller of every topic. */
async function untilKnown(
  admin: Admin,
  names: readonly string[],
): Promise<void> {
  const deadline = Date.now() + KNOWN_WITHIN_MS;
  for (;;) {
    const known = new Set(await admin.listTopics());
    if (names.every((name) => known.has(name))) return;
    if (Date.now() > deadline) throw new Error("the new topics do not appear");
    await sleep(20);
  }
}

function configEntries(config: Readonly<Record<string, string>>) {
  return Object.entries(config).map(([name, value]) => ({ name, value }));
}
