import type { Kafka } from "kafkajs";
import type { TransactionCoordinator } from "kafkajs/src/broker/index.js";

/** What a client of kafkajs 2.2 works with inside: brokers, and who leads which partition. */
export type Cluster = {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  /** Whose seed is the broker it connected to first. */
  readonly brokerPool: {
    readonly seedBroker: TransactionCoordinator;
    /** By node id, as the metadata names them. */
    readonly brokers: Readonly<Record<number, unknown>>;
  };
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  /** If it is older than `METADATA_MAX_AGE_MS`, or not there. */
  refreshMetadataIfNecessary(): Promise<void>;
  findTopicPartitionMetadata(
    topic: string,
  ): readonly { readonly partitionId: number; readonly leader: number }[];
  findBroker(node: { nodeId: number }): Promise<TransactionCoordinator>;
  /** Lets go of a broker, so that `findBroker` connects to it anew. */
  removeBroker(address: { host: string; port: number }): void;
  findControllerBroker(): Promise<TransactionCoordinator>;
  /** @param whose coordinator: a group's or, under the same name, a transactional id's, by the type */
  findGroupCoordinator(
    whose: { groupId: string; coordinatorType: number },
  ): Promise<TransactionCoordinator>;
  fetchTopicsOffset(
    topics: readonly {
      topic: string;
      fromBeginning: boolean;
      partitions: readonly { partition: number }[];
    }[],
  ): Promise<
    readonly {
      readonly partitions: readonly {
        readonly partition: number;
        readonly offset: string;
      }[];
    }[]
  >;
};

/**
 * How long is believed who leads what. A leader that has moved says so, and is then looked for anew. Without
 * this, kafkajs 2.2 asks before every send: its own default of five minutes is not its cluster's.
 */
const METADATA_MAX_AGE_MS = 10_000;

/** What an offset asked for takes into account; names and values as in the protocol. */
export const isolation = { readUncommitted: 0, readCommitted: 1 } as const;

/**
 * Connects to a cluster for what kafkajs has no way to ask of it: to read without a group, and to see
 * past open transactions. kafkajs keeps what makes a cluster to itself, under a symbol.
 */
export async function openCluster(
  kafka: Kafka,
  isolationLevel: number,
): Promise<Cluster> {
  const symbol = Object.getOwnPropertySymbols(kafka)
    .find(({ description }) => description === "private:Kafka:createCluster");
  const create: unknown = symbol && Reflect.get(kafka, symbol);
  if (!isCreate(create)) {
    throw new Error("This kafkajs makes its clusters in another way than 2.2");
  }
  const cluster = create({
    isolationLevel,
    allowAutoTopicCreation: false,
    metadataMaxAge: METADATA_MAX_AGE_MS,
  });
  try {
    await cluster.connect();
    return cluster;
  } catch (error) {
    await cluster.disconnect().catch(() => {});
    throw error;
  }
}

type Create = (
  options: {
    isolationLevel: number;
    allowAutoTopicCreation: boolean;
    metadataMaxAge: number;
  },
) => Cluster;

function isCreate(value: unknown): value is Create {
  return typeof value === "function";
}

/** First or next offset of every partition of a topic. */
export async function offsetsOf(
  cluster: Cluster,
  topic: string,
  { fromBeginning }: { fromBeginning: boolean },
): Promise<ReadonlyMap<number, number>> {
  await cluster.addTargetTopic(topic);
  const partitions = cluster.findTopicPartitionMetadata(topic)
    .map(({ partitionId }) => ({ partition: partitionId }));
  const [offsets] = await cluster.fetchTopicsOffset([
    { topic, fromBeginning, partitions },
  ]);
  return new Map(
    (offsets?.partitions ?? [])
      .map(({ partition, offset }) => [partition, Number(offset)]),
  );
}
