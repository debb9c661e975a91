import { backoffMs, sleep } from "#runtime/backoff.ts";
import type { OutgoingRecord } from "../../port.ts";
import { TooLargeError, type WriteFailures } from "../../write_errors.ts";
import type { BatchSizes } from "./batch_sizes.ts";
import type { Cluster } from "../cluster.ts";
import { PartitionBacklog } from "./partition_backlog.ts";
import type { PartitionRecords } from "./partitions.ts";
import { produce } from "./produce.ts";
import { produceV7 } from "./produce_v7.ts";
import type { PartitionBatch, ProduceVersion } from "./produce_version.ts";
import {
  isTooLarge,
  mayHaveWritten,
  mayPass,
  RequestTooLargeError,
} from "./produce_errors.ts";
import { encodeRecordBatch } from "../wire/record_batch.ts";

/** A producer as Kafka knows it, from the day its id was made. */
export type ProducerIdentity = {
  readonly producerId: string;
  readonly producerEpoch: number;
  /** Absent if it writes no transactions. */
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

/** A batch on its way, and what is known of it. */
type InFlight = {
  readonly backlog: PartitionBacklog;
  readonly records: readonly OutgoingRecord[];
  readonly batch: PartitionBatch;
  /** `performance.now()` after which it is not sent again. */
  readonly giveUpAt: number;
  /** An earlier try may have written it. */
  mayBeWritten: boolean;
};

/**
 * Writes batches as one producer whose writes Kafka takes once however often they are sent: each batch
 * bears the number of records that this producer has written to its partition before, and keeps it when it
 * is sent again (KIP-98). All batches for one broker go with one request, and what one broker or partition
 * refuses is sent again by itself.
 *
 * A batch that is too large is cut into smaller ones, down to the record that alone is. A broker judges a
 * batch's size before it looks at its number (`UnifiedLog.append`, Kafka 4), so the number of a batch that
 * is refused for its size is not used up: the first of the smaller ones bears it, as with the Java client.
 *
 * After a write of which some outcome is not known it must not be used again: the next batch would bear the
 * number of one that Kafka may have.
 *
 * kafkajs's own producer will not do. Its retries keep account by broker: when a leader moves to a broker
 * that has answered, the moved partition's records are never sent, and the call succeeds; and while one
 * broker is asked again, what another still works on is sent to it twice. Asked for one partition at a
 * time it has no such faults, but a round trip for each.
 */
export class PartitionWriter {
  readonly #cluster: Cluster;
  #identity: ProducerIdentity;
  readonly #sizes: BatchSizes;
  readonly #version: ProduceVersion;
  readonly #sequences = new Map<string, number>();
  /** Topics whose leaders the cluster has been asked to know. */
  readonly #topics = new Set<string>();

  constructor(
    cluster: Cluster,
    identity: ProducerIdentity,
    sizes: BatchSizes,
    version = produceV7,
  ) {
    this.#cluster = cluster;
    this.#identity = identity;
    this.#sizes = sizes;
    this.#version = version;
  }

  /** Goes on as a producer that has written nothing yet: of another epoch, or another id. */
  goOnAs(identity: ProducerIdentity): void {
    this.#identity = identity;
    this.#sequences.clear();
  }

  /**
   * Resolves when every in-sync replica has every record, but for those that are returned with the reason: a
   * `TooLargeError` if the record is not written, anything else if that is not known. One call at a
   * time. Never throws.
   */
  async write(
    groups: readonly PartitionRecords[],
  ): Promise<WriteFailures> {
    const failures = new Map<OutgoingRecord, Error>();
    let inFlight = groups.flatMap((group) => {
      const mostBytes = this.#sizes.mostBytes(group.topic);
      return this.#headOf(new PartitionBacklog(group, mostBytes));
    });
    for (let attempt = 0; inFlight.length > 0; attempt++) {
      const errors = await this.#send(inFlight.map(({ batch }) => batch));
      let again = false;
      inFlight = inFlight.flatMap((one) => {
        const error = errors.get(one.batch);
        if (error === undefined) this.#written(one);
        else if (isTooLarge(error) && !one.mayBeWritten) {
          this.#tooLarge(one, error, failures);
        } else if (mayPass(error) && performance.now() < one.giveUpAt) {
          one.mayBeWritten ||= mayHaveWritten(error);
          again = true;
          return [one];
        } else {
          for (const record of one.backlog.clear()) failures.set(record, error);
        }
        return this.#headOf(one.backlog);
      });
      if (!again) continue;
      await sleep(50 + backoffMs({ attempt, baseMs: 50, maxMs: 450 }));
      await this.#cluster.refreshMetadata().catch(() => {});
    }
    return failures;
  }

  /** What goes next of a backlog: one batch, or none if nothing is left. */
  #headOf(backlog: PartitionBacklog): InFlight[] {
    const { topic, partition, head: records } = backlog;
    if (records === undefined) return [];
    const { producerId, producerEpoch, transactionalId } = this.#identity;
    const bytes = encodeRecordBatch(records, {
      producerId: BigInt(producerId),
      producerEpoch,
      firstSequence: this.#sequences.get(`${topic}/${partition}`) ?? 0,
      isTransactional: transactionalId !== undefined,
    }, Date.now());
    return [{
      backlog,
      records,
      batch: { topic, partition, bytes },
      giveUpAt: performance.now() + TRY_FOR_MS,
      mayBeWritten: false,
    }];
  }

  #written({ backlog, records }: InFlight): void {
    const coordinates = `${backlog.topic}/${backlog.partition}`;
    const sequence = this.#sequences.get(coordinates) ?? 0;
    this.#sequences.set(coordinates, sequenceAfter(sequence, records.length));
    backlog.shift();
  }

  /** Goes on with smaller batches, or without the record that is too large alone. */
  #tooLarge(
    { backlog, records, batch: { topic, bytes } }: InFlight,
    cause: Error,
    failures: Map<OutgoingRecord, Error>,
  ): void {
    this.#sizes.refused(topic, bytes.length);
    const [record, ...others] = records;
    if (record !== undefined && others.length === 0) {
      const { length } = bytes;
      failures.set(
        record,
        new TooLargeError({ topic, bytes: length }, { cause }),
      );
      backlog.shift();
    }
    backlog.recut(this.#sizes.mostBytes(topic));
  }

  /**
   * Sends each batch to its partition's leader. Resolves when nothing is under way any more.
   *
   * @returns why batches are not known to be written
   */
  async #send(batches: readonly PartitionBatch[]): Promise<Failed> {
    const byLeader = new Map<number, PartitionBatch[]>();
    const failed: Failed = new Map();
    for (const batch of batches) {
      if (batch.bytes.length > this.#sizes.maxRequestBytes) {
        failed.set(batch, new RequestTooLargeError(batch));
        continue;
      }
      try {
        const leader = await this.#leaderOf(batch);
        const others = byLeader.get(leader);
        if (others === undefined) byLeader.set(leader, [batch]);
        else others.push(batch);
      } catch (error) {
        failed.set(batch, asError(error));
      }
    }
    const answers = [...byLeader].map(async ([nodeId, batches]) => {
      for (const together of inRequests(batches, this.#sizes)) {
        await this.#sendTo(nodeId, together, failed);
      }
    });
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

  async #sendTo(
    nodeId: number,
    batches: readonly PartitionBatch[],
    failed: Failed,
  ): Promise<void> {
    try {
      const broker = await this.#cluster.findBroker({ nodeId });
      const errors = await produce(broker, {
        batches,
        transactionalId: this.#identity.transactionalId,
        timeoutMs: REPLICAS_TIMEOUT_MS,
      }, this.#version);
      for (const [index, batch] of batches.entries()) {
        const error = errors[index];
        if (error !== undefined) failed.set(batch, error);
      }
    } catch (error) {
      const [host, port] = [
        Reflect.get(Object(error), "host"),
        Reflect.get(Object(error), "port"),
      ];
      // What it stands for is connected to anew.
      if (host !== undefined) this.#cluster.removeBroker({ host, port });
      for (const batch of batches) failed.set(batch, asError(error));
    }
  }
}

/** Why batches are not known to be written. */
type Failed = Map<PartitionBatch, Error>;

/** Batches in order, as many at a time as a request holds. */
function inRequests(
  batches: readonly PartitionBatch[],
  { maxRequestBytes }: BatchSizes,
): PartitionBatch[][] {
  const requests: PartitionBatch[][] = [];
  let left = 0;
  for (const batch of batches) {
    left -= batch.bytes.length;
    const request = requests.at(-1);
    if (request !== undefined && left >= 0) request.push(batch);
    else {
      requests.push([batch]);
      left = maxRequestBytes - batch.bytes.length;
    }
  }
  return requests;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** As `DefaultRecordBatch.incrementSequence` of Kafka counts: after the largest comes 0. */
export function sequenceAfter(sequence: number, records: number): number {
  return sequence > MAX_SEQUENCE - records
    ? records - (MAX_SEQUENCE - sequence) - 1
    : sequence + records;
}
