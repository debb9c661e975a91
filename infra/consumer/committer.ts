import type {
  BatchMark,
  Committed,
  KafkaClient,
  OutgoingRecord,
  ReceivedRecords,
  TransactionalSender,
  TransactionScope,
} from "#kafka/port.ts";
import { noteBehind, writeNote } from "#kafka/position_note.ts";
import { GroupPosition, type GroupPositionOptions } from "./group_position.ts";
import { transactionalIdOf } from "#kafka/transactional_id.ts";

export type CommitResult =
  | { readonly kind: "committed" }
  /** The group is further than this batch's beginning: drop what lies before `position`. */
  | { readonly kind: "superseded"; readonly position: number };

/**
 * Finishes batches of one input partition: moves the group's position past a batch and writes what
 * follows from it, both or neither.
 *
 * With output it takes a transaction, and kafkajs commits offsets in a transaction *without* the
 * group's generation, so a member that lost the partition unawares could still write. Also, a group
 * position read while a transaction of the last owner is pending is too low. Therefore the
 * transactional id names the partition, and it is opened before anything is committed, in three steps:
 *
 * 1. open the id: every earlier producer of it is fenced, its last transaction is final;
 * 2. read the group's position, which now cannot move but by us;
 * 3. commit that same position plainly: it changes nothing, and only the partition's owner may,
 *    for the broker checks a plain commit against the generation.
 *
 * A member that fails the third step has written nothing and stops; whoever it fenced opens again and
 * passes. After any failed transaction the three steps are taken anew, so an outcome that got lost
 * on the way (was it committed?) is read instead of guessed.
 *
 * If Kafka knows no position in the second step, but the id is one in use, it is doubted: see
 * `group_position.ts`. A new id is opened twice, the second time as one in use, once there is a position.
 *
 * Without output a plain commit does. It may not come before the three steps either: it would move
 * the group back behind the pending transaction of the last owner.
 *
 * Each batch must begin where the last one ended, and in the same log. With each position goes a note of the
 * record batch in front of it, by which the log is known again: whenever the id is opened, whenever a batch
 * comes from another leader than the one before, and from time to time (`verify`).
 */
export class Committer {
  readonly #kafka: Pick<KafkaClient, "openTransactional" | "endLast">;
  readonly #group: GroupPosition;
  readonly #groupId: string;
  readonly #coordinates: { readonly topic: string; readonly partition: number };
  readonly #id: string;
  readonly #scope: TransactionScope;
  #sender: TransactionalSender | undefined;
  /** Where the group is, since the id was opened; what lies before it is finished. */
  #committed: Committed = { nextOffset: 0, note: "" };
  /** Under which leader the log was known to go on in front of the position. */
  #leaderEpoch = -1;

  /** @param options whose `outputTopics` are all that may ever be written to */
  constructor(
    { kafka, outputTopics, ...options }:
      & GroupPositionOptions
      & {
        kafka: Pick<KafkaClient, "openTransactional" | "endLast">;
        outputTopics: readonly string[];
      },
  ) {
    const { groupId, topic, partition } = options;
    this.#kafka = kafka;
    this.#group = new GroupPosition(options);
    this.#groupId = groupId;
    this.#coordinates = { topic, partition };
    this.#id = transactionalIdOf(groupId, topic, partition);
    this.#scope = { groupId, topics: outputTopics };
  }

  /**
   * @param batch what was read from `startOffset` up to `nextOffset`, without a gap
   * @throws {PartitionError} if the group is not at the batch's start, or at a place that is none of this log
   * @throws {NotOwnerError} if the partition belongs to another member
   * @throws {FencedError|TransientError} if it must be tried again
   */
  async commit(
    {
      output,
      startOffset,
      nextOffset,
      firstMark,
      lastMark,
      commitOffset,
    }: {
      output: readonly OutgoingRecord[];
      startOffset: number;
      nextOffset: number;
      firstMark?: BatchMark | undefined;
      lastMark?: BatchMark | undefined;
      commitOffset: ReceivedRecords["commitOffset"];
    },
  ): Promise<CommitResult> {
    if (this.#sender?.isSpent) await this.close();
    const sender = this.#sender ??
      await this.#open({ startOffset, firstMark, commitOffset });
    const { nextOffset: position } = this.#committed;
    if (startOffset < position) return { kind: "superseded", position };
    this.#group.refuseGap(position, startOffset);
    const leaderEpoch = firstMark?.leaderEpoch ?? -1;
    // Nothing at all is read if the log does not have what was asked for.
    if (startOffset === nextOffset || leaderEpoch > this.#leaderEpoch) {
      await this.#group.check(this.#committed, commitOffset);
    }
    if (startOffset === nextOffset) return { kind: "committed" };
    const note = writeNote(noteBehind(lastMark));
    try {
      if (output.length === 0) await commitOffset(nextOffset, note);
      else {
        await sender.transact(output, this.#groupId, {
          ...this.#coordinates,
          nextOffset,
          note,
        });
      }
    } catch (error) {
      // Whether it was done is not known: it is read when the id is opened again.
      await this.close();
      throw error;
    }
    this.#committed = { nextOffset, note };
    this.#leaderEpoch = lastMark?.leaderEpoch ?? -1;
    return { kind: "committed" };
  }

  /**
   * Looks whether the group's position is one of this log, if no batch asks for it: records that were
   * written where the group had been already are never fetched. A refusal that would have to be kept with
   * the position is left to `commit`, which has the means: a fetch past the log's end comes to it.
   *
   * @throws {PartitionError} if it is not
   * @throws {TransientError} if Kafka does not say
   */
  async verify(): Promise<void> {
    const committed = await this.#group.read();
    if (committed !== undefined) await this.#group.check(committed);
  }

  /**
   * Ends what a broker's crash has left of the last owner's transactions, without waiting for a batch: until
   * it is ended, nobody reads on behind it.
   *
   * @throws {TransientError} if it was not possible; to commit a batch does it again
   */
  async endLast(): Promise<void> {
    await this.#kafka.endLast(this.#id, this.#scope);
  }

  async close(): Promise<void> {
    const sender = this.#sender;
    this.#sender = undefined;
    await sender?.close();
  }

  /** @param inUse whether the group is known to have a position */
  async #open(
    batch: {
      startOffset: number;
      firstMark: BatchMark | undefined;
      commitOffset: ReceivedRecords["commitOffset"];
    },
    inUse = false,
  ): Promise<TransactionalSender> {
    const { startOffset, firstMark, commitOffset } = batch;
    const sender = await this.#kafka.openTransactional(
      this.#id,
      this.#scope,
      { inUse },
    );
    try {
      const known = await this.#group.readFinal(sender.isInUse);
      const committed = known ?? this.#group.beginningAt(startOffset);
      this.#group.refuseGap(committed.nextOffset, startOffset);
      if (known !== undefined) await this.#group.check(known, commitOffset);
      await commitOffset(committed.nextOffset, committed.note);
      if (sender.isInUse) {
        this.#sender = sender;
        this.#committed = committed;
        this.#leaderEpoch = firstMark?.leaderEpoch ?? -1;
        return sender;
      }
    } catch (error) {
      await sender.close();
      throw error;
    }
    // From now on whoever opens the id knows that there is a position.
    await sender.close();
    return await this.#open(batch, true);
  }
}
