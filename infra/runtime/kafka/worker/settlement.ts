import { PartitionError, TransientError } from "../../errors.ts";
import type {
  BatchMark,
  Committed,
  KafkaAdmin,
  KafkaClient,
  OutgoingRecord,
  ReceivedBatch,
  TransactionalSender,
  TransactionScope,
} from "../port.ts";
import { flawOfPosition } from "../position_check.ts";
import { noteBehind, readNote, writeNote } from "../position_note.ts";

export type Settled =
  | { readonly kind: "settled" }
  /** The group is further than this chunk's beginning: drop what lies before `position`. */
  | { readonly kind: "superseded"; readonly position: number };

/**
 * A group coordinator that was loaded anew may answer before it has read its log, and knows no position
 * then; it finds out by the next commit and loads again. To believe it would work through the whole topic
 * once more. A position that is really gone, by an operator's hand, is believed after this long.
 */
const BELIEVED_AFTER_MS = 60_000;

/**
 * Finishes chunks of one input partition: moves the group's position past a chunk and writes what
 * follows from it, both or neither.
 *
 * With output it takes a transaction, and kafkajs commits offsets in a transaction *without* the
 * group's generation, so a member that lost the partition unawares could still write. Also, a group
 * position read while a transaction of the last owner is pending is too low. Therefore the
 * transactional id names the partition, and it is opened before anything is settled, in three steps:
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
 * Where Kafka knows no position in the second step, but the id is one in use, it is doubted: see
 * `BELIEVED_AFTER_MS`. A new id is opened twice, the second time as one in use, once there is a position.
 *
 * Without output a plain commit does. It may not come before the three steps either: it would move
 * the group back behind the pending transaction of the last owner.
 *
 * Each chunk must begin where the last one ended, and in the same log. With each position goes a note of the
 * record batch in front of it, by which the log is known again: whenever the id is opened, whenever a chunk
 * comes from another leader than the one before, and from time to time (`verify`).
 */
export class Settlement {
  readonly #kafka: Pick<KafkaClient, "openTransactional" | "endLast">;
  readonly #admin: Pick<KafkaAdmin, "position" | "logAround">;
  readonly #groupId: string;
  readonly #topic: string;
  readonly #partition: number;
  readonly #id: string;
  readonly #scope: TransactionScope;
  #sender: TransactionalSender | undefined;
  /** `performance.now()` when Kafka began to say that there is no position. */
  #doubtedSinceMs: number | undefined;
  readonly #isCompacted: boolean;
  readonly #tell: (sentence: string) => void;
  /** Where the group is, since the id was opened; what lies before it is finished. */
  #committed: Committed = { nextOffset: 0, note: "" };
  /** Under which leader the log was known to go on in front of the position. */
  #leaderEpoch = -1;

  /**
   * @param options whose `outputTopics` are all that may ever be written to, and whose `tell` is told what an
   * operator must know though work goes on
   */
  constructor(
    { kafka, admin, groupId, topic, partition, outputTopics, ...options }: {
      kafka: Pick<KafkaClient, "openTransactional" | "endLast">;
      admin: Pick<KafkaAdmin, "position" | "logAround">;
      groupId: string;
      topic: string;
      partition: number;
      outputTopics: readonly string[];
      /** A compacted topic may remove records, and with them what a log is known by. */
      isCompacted?: boolean;
      tell?: (sentence: string) => void;
    },
  ) {
    this.#kafka = kafka;
    this.#admin = admin;
    this.#groupId = groupId;
    this.#topic = topic;
    this.#partition = partition;
    this.#id = `${groupId}.${topic}.${partition}`;
    this.#scope = { groupId, topics: outputTopics };
    this.#isCompacted = options.isCompacted ?? false;
    this.#tell = options.tell ?? (() => {});
  }

  /**
   * @param chunk what was read from `startOffset` up to `nextOffset`, without a gap
   * @throws {PartitionError} where the group is not at the chunk's start, or at a place that is none of this log
   * @throws {NotOwnerError} where the partition belongs to another member
   * @throws {FencedError|TransientError} where it must be tried again
   */
  async settle(
    { output, startOffset, nextOffset, firstMark, lastMark, commit }: {
      output: readonly OutgoingRecord[];
      startOffset: number;
      nextOffset: number;
      firstMark?: BatchMark | undefined;
      lastMark?: BatchMark | undefined;
      commit: ReceivedBatch["commit"];
    },
  ): Promise<Settled> {
    const sender = this.#sender ??
      await this.#open({ startOffset, firstMark, commit });
    const { nextOffset: position } = this.#committed;
    if (startOffset < position) return { kind: "superseded", position };
    this.#refuseGap(position, startOffset);
    const leaderEpoch = firstMark?.leaderEpoch ?? -1;
    // Nothing at all is read where the log does not have what was asked for.
    if (startOffset === nextOffset || leaderEpoch > this.#leaderEpoch) {
      await this.#check(this.#committed, commit);
    }
    if (startOffset === nextOffset) return { kind: "settled" };
    const note = writeNote(noteBehind(lastMark));
    try {
      if (output.length === 0) await commit(nextOffset, note);
      else {
        await sender.transact(output, this.#groupId, {
          topic: this.#topic,
          partition: this.#partition,
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
    return { kind: "settled" };
  }

  /**
   * Looks whether the group's position is one of this log, where no chunk asks for it: records that were
   * written where the group had been already are never fetched. A refusal that would have to be kept with
   * the position is left to `settle`, which has the means: a fetch past the log's end comes to it.
   *
   * @throws {PartitionError} where it is not
   * @throws {TransientError} where Kafka does not say
   */
  async verify(): Promise<void> {
    const committed = await this.#readPosition();
    if (committed !== undefined) await this.#check(committed);
  }

  /**
   * Ends what a broker's crash has left of the last owner's transactions, without waiting for a chunk: until
   * it is ended, nobody reads on behind it.
   *
   * @throws {TransientError} where it was not possible; to settle a chunk does it again
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
    chunk: {
      startOffset: number;
      firstMark: BatchMark | undefined;
      commit: ReceivedBatch["commit"];
    },
    inUse = false,
  ): Promise<TransactionalSender> {
    const { startOffset, firstMark, commit } = chunk;
    const sender = await this.#kafka.openTransactional(
      this.#id,
      this.#scope,
      { inUse },
    );
    try {
      const known = await this.#readPosition();
      if (known === undefined) {
        if (sender.isInUse) this.#doubt();
        this.#tell(
          `Kafka has no position of ${this.#groupId} in partition ${this.#partition} of ${this.#topic}: it begins at offset ${startOffset}. What it worked on before, if it did, is worked on again`,
        );
      }
      this.#doubtedSinceMs = undefined;
      const committed = known ?? { nextOffset: startOffset, note: "" };
      this.#refuseGap(committed.nextOffset, startOffset);
      if (known !== undefined) await this.#check(known, commit);
      await commit(committed.nextOffset, committed.note);
      if (sender.isInUse) {
        this.#tellDecision(committed);
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
    return await this.#open(chunk, true);
  }

  async #readPosition(): Promise<Committed | undefined> {
    return await this.#admin.position(
      this.#groupId,
      this.#topic,
      this.#partition,
    );
  }

  #refuseGap(position: number, startOffset: number): void {
    if (startOffset <= position) return;
    throw new PartitionError(
      `Records ${position} to ${
        startOffset - 1
      } of partition ${this.#partition} of ${this.#topic} were passed over: ${this.#groupId} is at ${position} and was read for from ${startOffset} on`,
      { reason: "records_missing" },
    );
  }

  /**
   * @param commit by which a refusal that the log will not show later is kept with the position
   * @throws {PartitionError} where the group cannot go on at its position
   */
  async #check(
    committed: Committed,
    commit?: ReceivedBatch["commit"],
  ): Promise<void> {
    const { nextOffset, note } = committed;
    const log = await this.#admin.logAround(
      this.#topic,
      this.#partition,
      nextOffset,
    );
    const flaw = flawOfPosition(committed, log, {
      isCompacted: this.#isCompacted,
    });
    if (flaw === undefined) return;
    const { sentence, isLasting } = flaw;
    if (!isLasting) {
      if (commit === undefined) return;
      const refused = `${sentence} (seen at ${new Date().toISOString()})`;
      await commit(nextOffset, writeNote({ ...readNote(note), refused }));
    }
    throw new PartitionError(
      `The position ${nextOffset} of ${this.#groupId} in partition ${this.#partition} of ${this.#topic} ${sentence}: decide where to go on with "deno task positions"`,
      { reason: "position_impossible" },
    );
  }

  #tellDecision({ nextOffset, note }: Committed): void {
    const { decided } = readNote(note);
    if (decided === undefined) return;
    const { by, at, from, reason } = decided;
    this.#tell(
      `${this.#groupId} goes on at offset ${nextOffset} of partition ${this.#partition} of ${this.#topic}: decided by ${by} at ${at}, from ${from}: ${reason}`,
    );
  }

  /** @throws {TransientError} until it was said for long that the group has no position, though it had one */
  #doubt(): void {
    const nowMs = performance.now();
    this.#doubtedSinceMs ??= nowMs;
    if (nowMs - this.#doubtedSinceMs > BELIEVED_AFTER_MS) return;
    throw new TransientError(
      `Kafka has lost sight of how far ${this.#groupId} is in partition ${this.#partition} of ${this.#topic}`,
    );
  }
}
