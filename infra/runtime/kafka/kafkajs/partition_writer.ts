import { backoffMs, sleep } from "../../backoff.ts";
import { UnwritableError } from "../port.ts";
import type { Cluster } from "./cluster.ts";
import type { PartitionRecords } from "./partitions.ts";
import { type PartitionBatch, produce } from "./produce.ts";
import { encodeRecordBatch } from "./record_batch.ts";

/** A producer as Kafka knows it, from the day its id was made. */
export type ProducerIdentity = {
  readonly producerId: string;
  readonly producerEpoch: number;
  /** Absent where it writes no transactions. */
  readonly transactionalId?: string;
};

/** The broker waits this long for the other replicas. */
const REPLICAS_TIMEOUT_MS = 3_000;

/**
 * Long enough for a new partition leader. A broker that hangs costs up to 5 s a try; the publisher's
 * callers do not wait for that.
 */
const TRY_FOR_MS = 2_000;

const MAX_SEQUENCE = 2 ** 31 - 1;

/**
 * Writes batches as one producer whose writes Kafka takes once however often they are sent: each batch
 * bears the number of records that this producer has written to its partition before, and keeps it when it
 * is sent again (KIP-98). All batches for one broker go with one request, and what one broker or partition
 * refuses is sent again by itself.
 *
 * After a failed write it must not be used again: whether Kafka has the batch is not known, and the next
 * one would bear its number.
 *
 * kafkajs's own producer will not do. Its retries keep account by broker: when a leader moves to a broker
 * that has answered, the moved partition's records are never sent, and the call succeeds; and while one
 * broker is asked again, what another still works on is sent to it twice. Asked for one partition at a
 * time it has no such faults, but a round trip for each.
 */
export class PartitionWriter {
  readonly #cluster: Cluster;
  readonly #identity: ProducerIdentity;
  readonly #sequences = new Map<string, number>();
  /** Topics whose leaders the cluster has been asked to know. */
  readonly #topics = new Set<string>();

  constructor(cluster: Cluster, identity: ProducerIdentity) {
    this.#cluster = cluster;
    this.#identity = identity;
  }

  /**
   * Resolves when every in-sync replica has every record. One call at a time.
   *
   * @throws {UnwritableError} naming every topic that took not all of its records
   */
  async write(groups: readonly PartitionRecords[]): Promise<void> {
    let pending: readonly PartitionBatch[] = groups.map((group) =>
      this.#batchOf(group)
    );
    const deadline = performance.now() + TRY_FOR_MS;
    for (let attempt = 0; pending.length > 0; attempt++) {
      const failed = await this.#send(pending);
      const [first] = failed;
      if (first === undefined) return;
      if (!failed.every(mayPass) || performance.now() > deadline) {
        const topics = new Set(failed.map(({ batch }) => batch.topic));
        throw new UnwritableError([...topics], { cause: first.error });
      }
      pending = failed.map(({ batch }) => batch);
      await sleep(50 + backoffMs({ attempt, baseMs: 50, maxMs: 450 }));
      await this.#cluster.refreshMetadata().catch(() => {});
    }
  }

  #batchOf({ topic, partition, records }: PartitionRecords): PartitionBatch {
    const { producerId, producerEpoch, transactionalId } = this.#identity;
    const place = `${topic}/${partition}`;
    const firstSequence = this.#sequences.get(place) ?? 0;
    this.#sequences.set(place, sequenceAfter(firstSequence, records.length));
    const bytes = encodeRecordBatch(records, {
      producerId: BigInt(producerId),
      producerEpoch,
      firstSequence,
      isTransactional: transactionalId !== undefined,
    }, Date.now());
    return { topic, partition, bytes };
  }

  /** Sends each batch to its partition's leader. Resolves when nothing is under way any more. */
  async #send(batches: readonly PartitionBatch[]): Promise<Failed[]> {
    const byLeader = new Map<number, PartitionBatch[]>();
    const failed: Failed[] = [];
    for (const batch of batches) {
      try {
        const leader = await this.#leaderOf(batch);
        const others = byLeader.get(leader);
        if (others === undefined) byLeader.set(leader, [batch]);
        else others.push(batch);
      } catch (error) {
        failed.push({ batch, error });
      }
    }
    const answers = [...byLeader].map(async ([nodeId, batches]) =>
      failed.push(...await this.#sendTo(nodeId, batches))
    );
    await Promise.all(answers);
    return failed;
  }

  async #leaderOf({ topic, partition }: PartitionBatch): Promise<number> {
    if (!this.#topics.has(topic)) {
      await this.#cluster.addTargetTopic(topic);
      this.#topics.add(topic);
    }
    const leader = this.#cluster.findTopicPartitionMetadata(topic)
      .find(({ partitionId }) => partitionId === partition)?.leader;
    if (leader === undefined || leader < 0) {
      throw new Error(`${topic}/${partition} has no leader`);
    }
    return leader;
  }

  /** @returns those of the batches that are not known to be written */
  async #sendTo(
    nodeId: number,
    batches: readonly PartitionBatch[],
  ): Promise<Failed[]> {
    try {
      const broker = await this.#cluster.findBroker({ nodeId });
      const errors = await produce(broker, {
        batches,
        transactionalId: this.#identity.transactionalId,
        timeoutMs: REPLICAS_TIMEOUT_MS,
      });
      return batches.flatMap((batch, index) => {
        const error = errors[index];
        return error === undefined ? [] : [{ batch, error }];
      });
    } catch (error) {
      const [host, port] = [
        Reflect.get(Object(error), "host"),
        Reflect.get(Object(error), "port"),
      ];
      // What it stands for is connected to anew.
      if (host !== undefined) this.#cluster.removeBroker({ host, port });
      return batches.map((batch) => ({ batch, error }));
    }
  }
}

type Failed = { readonly batch: PartitionBatch; readonly error: unknown };

/** A leader that moved, a connection that broke: to send the same batch again does no harm and may help. */
function mayPass({ error }: Failed): boolean {
  return Reflect.get(Object(error), "retriable") !== false;
}

/** As `DefaultRecordBatch.incrementSequence` of Kafka counts: after the largest comes 0. */
export function sequenceAfter(sequence: number, records: number): number {
  return sequence > MAX_SEQUENCE - records
    ? records - (MAX_SEQUENCE - sequence) - 1
    : sequence + records;
}
