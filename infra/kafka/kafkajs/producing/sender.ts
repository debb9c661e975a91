import type { OutgoingRecord, RecordSender } from "../../port.ts";
import { TooLargeError, UnsentError } from "../../write_errors.ts";
import type { BatchSizes } from "./batch_sizes.ts";
import { type Cluster, isolation, openCluster } from "../cluster.ts";
import { translate } from "../errors.ts";
import { type NewKafka, retryPolicy } from "../new_kafka.ts";
import { PartitionWriter } from "./partition_writer.ts";
import type { Partitions } from "./partitions.ts";
import { patiently } from "../patiently.ts";

/** Of what finds brokers and leaders; `PartitionWriter` sends again by itself. */
const retry = retryPolicy({ firstMs: 50, maxMs: 500, times: 3 });

/** A broker that has just started must be asked again for an id. */
const PATIENCE = { everyMs: 50, forMs: 2_000 };

const ACTION = "Cannot write to Kafka";

/** A time limit is asked for, and of no meaning. */
const WITHOUT_TRANSACTIONS = { transactionTimeout: 0 };

/**
 * An idempotent producer that is thrown away after each send of which some outcome is not known, as
 * `PartitionWriter` asks: a new producer has a new id, so that its numbers cannot be mistaken. With the old one's, the broker would
 * acknowledge the next batch as a duplicate of one that it had, and whose answer alone was lost, without
 * writing it: a false success, a lost payment.
 */
export function createSender(
  newKafka: NewKafka,
  { partitions, sizes }: { partitions: Partitions; sizes: BatchSizes },
): RecordSender {
  let producer: { cluster: Cluster; writer: PartitionWriter } | undefined;

  const connected = async (topic: string) => {
    if (producer !== undefined) return producer;
    const cluster = await openCluster(newKafka(retry), isolation.readCommitted);
    try {
      await cluster.addTargetTopic(topic);
      const identity = await patiently(async () => {
        const broker = await cluster.findControllerBroker();
        return await broker.initProducerId(WITHOUT_TRANSACTIONS);
      }, PATIENCE);
      producer = {
        cluster,
        writer: new PartitionWriter(cluster, identity, sizes),
      };
      return producer;
    } catch (error) {
      await cluster.disconnect().catch(() => {});
      throw error;
    }
  };

  const discard = async () => {
    const failed = producer;
    producer = undefined;
    await failed?.cluster.disconnect().catch(() => {});
  };

  const write = async (topic: string, records: readonly OutgoingRecord[]) => {
    try {
      const groups = await partitions.group(records);
      const { cluster, writer } = await connected(topic);
      await cluster.refreshMetadataIfNecessary();
      return await writer.write(groups);
    } catch (error) {
      await discard();
      throw translate(ACTION, error);
    }
  };

  return {
    async send(records: readonly OutgoingRecord[]) {
      const [first] = records;
      if (first === undefined) return;
      const errors = await write(first.topic, records);
      if (errors.size === 0) return;
      const failures = new Map<OutgoingRecord, Error>();
      for (const [record, error] of errors) {
        const isKnown = error instanceof TooLargeError;
        if (!isKnown) await discard();
        failures.set(record, isKnown ? error : translate(ACTION, error));
      }
      throw new UnsentError(failures);
    },
    close: discard,
  };
}
