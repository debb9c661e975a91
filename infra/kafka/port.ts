/**
 * Everything EventFlow asks of a Kafka client. Only `kafkajs/` knows which client answers, and the
 * conformance suite beside it says what another one would have to do.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import type { DeniedError, PartitionError } from "#runtime/errors.ts";
import type { Right } from "./access/rights.ts";

/** To be read field by field: a copy made by spreading can lack fields that are read when they are asked for. */
export type RecordHeader = { readonly name: string; readonly value: Buffer };

/** To be read field by field, as a `RecordHeader` is. */
export type OutgoingRecord = {
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
};

/**
 * Key, value and headers of a record, one behind the other as they stand in a record batch (KIP-98): they can go into another batch as
 * they are.
 */
export type RecordSlice = {
  /** The records of the batch that was fetched, this one among them. */
  readonly batch: Buffer;
  /** Where its key's length is, that of the number of its headers, its first header, and what lies behind its last one. */
  readonly start: number;
  readonly headerCountAt: number;
  readonly firstHeaderAt: number;
  readonly end: number;
  readonly headerCount: number;
};

export type ReceivedRecord = OutgoingRecord & {
  readonly partition: number;
  readonly offset: number;
  /** The record's own timestamp, in milliseconds since the epoch. */
  readonly timestampMs: number;
  /** Bytes of its key, value and headers, and a few of their framing, if that is known without reading them. */
  readonly bytes?: number;
  /**
   * The same key, value and headers as they came. Absent if the client does not have them so, or if it would be another record: one of
   * the headers has no value, and is read as one whose value is empty.
   */
  readonly slice?: RecordSlice | undefined;
};

/** A record batch, by which a log is recognised: another log has other records at these offsets. */
export type BatchMark = {
  readonly baseOffset: number;
  readonly lastOffset: number;
  /** CRC-32C of what is in it, as the log has it. */
  readonly crc: number;
  /** Under which leader of the partition it was appended. */
  readonly leaderEpoch: number;
};

/**
 * Records fetched together from one partition, in order. None, if there was nothing but control
 * records or aborted ones: then `nextOffset` alone moves on.
 */
export type ReceivedRecords = {
  readonly partition: number;
  /** They may be read anew whenever a field is asked for, and are no plain objects: whoever keeps or copies one takes it by `wholeRecord`. */
  readonly records: readonly ReceivedRecord[];
  /** Where the fetch began to read: before the first record by what lies between, such as control records. */
  readonly fetchedOffset: number;
  /** Where the next fetch begins; past the last record by any control records behind it. */
  readonly nextOffset: number;
  /** The record batches that were read, control records and aborted ones included, in order. */
  readonly marks?: readonly BatchMark[];
  /** Offsets between `fetchedOffset` and `nextOffset` of which the log holds nothing, not even a control record. */
  readonly gaps?: readonly OffsetRange[];
  /** Why what lies at `nextOffset` cannot be read: nothing of the partition comes behind this batch. */
  readonly unreadable?: PartitionError;
  /**
   * Commits `nextOffset` for the partition under the group membership this batch was fetched with.
   *
   * @param note kept by Kafka beside the position
   * @throws {NotOwnerError} if that membership is over
   * @throws {TransientError} if the coordinator does not answer
   */
  commitOffset(nextOffset: number, note?: string): Promise<void>;
  /** Stops and restarts fetching from the partition. */
  readonly flow: Flow;
};

export type Flow = { pause(): void; resume(): void };

/** A position to be written: how far a group is to be in one partition of a topic. What is read is a `Committed`. */
export type Position = {
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: number;
  /** What Kafka is to keep beside it. */
  readonly note?: string;
};

/** A position as it was read: what Kafka knows of how far a group is in the partition that was asked about. */
export type Committed = {
  readonly nextOffset: number;
  /** What was committed with it; empty if nothing was. */
  readonly note: string;
};

/** A partition's log, around an offset. */
export type LogAround = {
  /** First offset that is kept, and the next one to be written (the high watermark). */
  readonly start: number;
  readonly end: number;
  /** The batch in which the offset before lies; absent if the log does not have that. */
  readonly before?: BatchMark | undefined;
};

/** The partition belongs to another member of the group. */
export class NotOwnerError extends Error {
  override readonly name = "NotOwnerError";
}

/** Another producer has opened the same transactional id. */
export class FencedError extends Error {
  override readonly name = "FencedError";
}

export type RecordSender = {
  /**
   * Resolves when every in-sync replica has every record. One call at a time.
   *
   * @throws {UnsentError} of `write_errors.ts`, if some are not written, or not known to be
   * @throws {TransientError} if that is so of all of them, as while the broker is away
   */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  close(): Promise<void>;
};

/** What the transactions of one id may touch: records of these topics, and the position of this group, if of any. */
export type TransactionScope = {
  readonly groupId?: string;
  readonly topics: readonly string[];
};

export type TransactionalSender = {
  /** Whether the id was opened as one that is in use, now or earlier. */
  readonly isInUse: boolean;
  /** Whether the id is to be opened anew before anything more is written, as after a failure. What was written is there. */
  readonly isSpent: boolean;
  /**
   * Writes records and moves a group's position, both or neither.
   *
   * @throws {FencedError} if another producer took over the transactional id
   * @throws with an `UnwritableError` among its causes if topics took not all of it
   * @throws {TransientError} if the outcome is unknown: open the id again and read the position
   */
  transact(
    records: readonly OutgoingRecord[],
    groupId: string,
    position: Position,
  ): Promise<void>;
  /**
   * Writes records, all or none.
   *
   * @throws {FencedError} and others, as `transact` does
   */
  write(records: readonly OutgoingRecord[]): Promise<void>;
  close(): Promise<void>;
};

export type GroupListener = {
  /** Before each join of the group: no partition is owned any more. Must not throw. */
  revoked(): void;
  assigned(partitions: readonly number[]): void;
  /**
   * Called in order for each partition. Takes the batch over and returns at once. Must not throw.
   *
   * @returns if anything, what is resolved when more is to be fetched from where this came; it must not be rejected
   */
  received(received: ReceivedRecords): void | Promise<void>;
  /** Kafka does not let this member into the group, or at its topic, for now: it is tried again. */
  denied?(error: DeniedError): void;
  /** The consumer ended for good. */
  crashed(error: Error): void;
};

export type GroupConsumer = {
  /**
   * Leaves the group and joins it anew, so that it deals its partitions out once more.
   *
   * @param reason for the log
   */
  rejoin(reason: string): void;
  /** Leaves the group. */
  close(): Promise<void>;
};

/** Offsets of a partition from `from` up to, and without, `to`. */
export type OffsetRange = {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
};

export type ReadOptions = {
  readonly topic: string;
  /** Read one after the other. */
  readonly ranges: readonly OffsetRange[];
  readonly signal?: AbortSignal;
};

/**
 * Committed records read together, in order. Neither records nor progress, if for some 250 ms there
 * was nothing more that is committed: an open transaction holds it back, or it is not written yet.
 */
export type ReadBatch = {
  readonly partition: number;
  readonly records: readonly ReceivedRecord[];
  /** Offsets of which the log holds nothing, not even a control record or an aborted one. */
  readonly gaps: readonly OffsetRange[];
  /** Every offset before this one has been read, or retention has removed it. */
  readonly nextOffset: number;
  /** Why what lies at `nextOffset` cannot be read: the range ends here, the next one goes on. */
  readonly unreadable?: PartitionError;
};

export type TopicDescription = {
  readonly name: string;
  readonly partitions: number;
  /** What is set on the topic itself, not the broker's defaults. */
  readonly config: Readonly<Record<string, string>>;
};

/** A setting of a topic as it is in force, and who has set it: somebody on the topic, on the brokers, or nobody. */
export type TopicSetting = {
  readonly value: string;
  readonly setBy: "topic" | "broker" | "default";
};

/** By its name, as Kafka documents it. */
export type TopicSettings = Readonly<Record<string, TopicSetting>>;

export type NewTopic = {
  readonly name: string;
  readonly partitions: number;
  /** Absent: the broker's default. */
  readonly replicas?: number;
  readonly config: Readonly<Record<string, string>>;
};

/** What the brokers say of a partition. */
export type PartitionState = {
  readonly topic: string;
  readonly partition: number;
  readonly hasLeader: boolean;
  /** How many replicas it is to have, and how many of them are in sync. */
  readonly replicas: number;
  readonly inSync: number;
};

export type ClusterDescription = {
  /** How many brokers are there now. */
  readonly brokers: number;
  /** Of the topics asked about, those that exist. */
  readonly partitions: readonly PartitionState[];
};

/** A transaction without an end, behind whose first record nobody reads on. */
export type OpenTransaction = {
  /** In Kafka's own digits. */
  readonly producerId: string;
  /**
   * Undefined if no coordinator names it: we may not describe it, or none knows of it. In the latter case it hangs,
   * and ends only by hand (KIP-664).
   */
  readonly transactionalId: string | undefined;
  /** When it began, or if no coordinator says, when it last wrote; milliseconds since the epoch. */
  readonly sinceMs: number;
  /** Of its first record in the partition. */
  readonly startOffset: number;
};

/** What was found of topics and of rights to them. */
export type Access = {
  /** Topics that are not there, of those that one may see. */
  readonly missing: readonly string[];
  readonly lacking: readonly Right[];
};

export type KafkaAdmin = {
  /** Looks which of some rights are lacking, without doing anything by them, and which of their topics. */
  access(rights: readonly Right[]): Promise<Access>;
  /** Whether a broker is of a version that EventFlow is proven on: Kafka 3.9 or newer. Asks the one it met first. */
  isProven(): Promise<boolean>;
  /** What the cluster knows of its brokers and of topics, whether or not each partition has a leader. */
  describeCluster(topics: readonly string[]): Promise<ClusterDescription>;
  /**
   * What tells a topic from another one that had its name before: an id that Kafka gives it when it is made. Undefined if it is not
   * there. A broker that has not heard yet that it was made anew says the former one.
   */
  topicId(topic: string): Promise<string | undefined>;
  /** Describes those of the named topics that exist. */
  topics(names: readonly string[]): Promise<TopicDescription[]>;
  /** All settings that are in force, of those of the named topics that exist. */
  topicSettings(
    names: readonly string[],
  ): Promise<ReadonlyMap<string, TopicSettings>>;
  createTopics(topics: readonly NewTopic[]): Promise<void>;
  raisePartitions(topic: string, partitions: number): Promise<void>;
  /** Replaces everything set on the topic by `config`. */
  configureTopic(
    topic: string,
    config: Readonly<Record<string, string>>,
  ): Promise<void>;
  deleteTopics(names: readonly string[]): Promise<void>;
  /** First offset that is kept, per partition. */
  startOffsets(topic: string): Promise<ReadonlyMap<number, number>>;
  /**
   * How far committed records can be read, per partition: the next offset to be written, or the first of
   * a transaction that is still open (the last stable offset).
   */
  endOffsets(topic: string): Promise<ReadonlyMap<number, number>>;
  /** Next offset to be written, per partition, open transactions included (the high watermark). */
  highWatermarks(topic: string): Promise<ReadonlyMap<number, number>>;
  /** The transaction that holds the readers of a partition back; undefined if none does. */
  openTransaction(
    topic: string,
    partition: number,
  ): Promise<OpenTransaction | undefined>;
  /**
   * The first record as late as a time or later, per partition, by the records' own timestamps; the end
   * if there is none.
   *
   * @param timeMs milliseconds since the epoch
   */
  offsetsAt(
    topic: string,
    timeMs: number,
  ): Promise<ReadonlyMap<number, number>>;
  /** How many members a group has. */
  members(groupId: string): Promise<number>;
  /**
   * The partitions of a topic that members of a group own; undefined while the group deals them out, and
   * if it has no members.
   */
  owned(
    groupId: string,
    topic: string,
  ): Promise<ReadonlySet<number> | undefined>;
  /** Next offset to be read by a group, per partition; partitions never committed are absent. */
  positions(
    groupId: string,
    topic: string,
  ): Promise<ReadonlyMap<number, number>>;
  /**
   * Next offset to be read by a group in one partition; undefined if it has never committed one. Unlike
   * `positions`, it waits for a transaction that is about to move it.
   *
   * @throws {TransientError} if that transaction does not end
   */
  position(
    groupId: string,
    topic: string,
    partition: number,
  ): Promise<Committed | undefined>;
  /** What a log has in front of an offset, as its partition's leader says. */
  logAround(
    topic: string,
    partition: number,
    offset: number,
  ): Promise<LogAround>;
  close(): Promise<void>;
};

export type KafkaClient = {
  /** Producer with idempotence and `acks=all`. Connects at the first send. */
  sender(): RecordSender;
  /**
   * Opens a transactional id: earlier producers of it are fenced, their transactions ended.
   *
   * @param scope topics and group that those transactions may have touched
   * @param options whose `inUse` marks the id, for as long as Kafka knows it (seven days after its last use)
   */
  openTransactional(
    transactionalId: string,
    scope: TransactionScope,
    options?: { readonly inUse: boolean },
  ): Promise<TransactionalSender>;
  /**
   * Ends an id's last transaction if a broker's crash has left it without an end, which keeps every
   * reader of its partitions waiting. To open the id does it too.
   *
   * @throws {TransientError} if it must be tried again
   */
  endLast(transactionalId: string, scope: TransactionScope): Promise<void>;
  /**
   * Resolves when there is an answer to each commit that was asked for: what has none is asked for again and again. Never
   * throws, nor gives up.
   */
  settled(): Promise<void>;
  /** Joins a group on one topic, from its beginning if the group has no position yet. */
  join(
    options: { groupId: string; topic: string; listener: GroupListener },
  ): Promise<GroupConsumer>;
  /**
   * Reads what is committed, without a group and without a trace of having read. The next records are
   * only fetched as these are taken. Ends with the last range, or throws what `signal` is aborted with.
   *
   * @throws {TransientError} if the cluster is away for long
   */
  read(options: ReadOptions): AsyncIterable<ReadBatch>;
  admin(): Promise<KafkaAdmin>;
};
