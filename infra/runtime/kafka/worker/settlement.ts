import { FatalError, TransientError } from "../../errors.ts";
import type {
  KafkaAdmin,
  KafkaClient,
  OutgoingRecord,
  ReceivedBatch,
  TransactionalSender,
  TransactionScope,
} from "../port.ts";

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
 */
export class Settlement {
  readonly #kafka: Pick<KafkaClient, "openTransactional" | "endLast">;
  readonly #admin: Pick<KafkaAdmin, "position">;
  readonly #groupId: string;
  readonly #topic: string;
  readonly #partition: number;
  readonly #id: string;
  readonly #scope: TransactionScope;
  #sender: TransactionalSender | undefined;
  /** `performance.now()` when Kafka began to say that there is no position. */
  #doubtedSinceMs: number | undefined;
  /** Where the group was when the id was opened; what lies before it is finished. */
  #position = 0;

  /** @param options whose `outputTopics` are all that may ever be written to */
  constructor(
    { kafka, admin, groupId, topic, partition, outputTopics }: {
      kafka: Pick<KafkaClient, "openTransactional" | "endLast">;
      admin: Pick<KafkaAdmin, "position">;
      groupId: string;
      topic: string;
      partition: number;
      outputTopics: readonly string[];
    },
  ) {
    this.#kafka = kafka;
    this.#admin = admin;
    this.#groupId = groupId;
    this.#topic = topic;
    this.#partition = partition;
    this.#id = `${groupId}.${topic}.${partition}`;
    this.#scope = { groupId, topics: outputTopics };
  }

  /**
   * @param chunk what was read from `startOffset` up to `nextOffset`, without a gap
   * @throws {FatalError} where the group is not as far as the chunk's start: records were passed over
   * @throws {NotOwnerError} where the partition belongs to another member
   * @throws {FencedError|TransientError} where it must be tried again
   */
  async settle(
    { output, startOffset, nextOffset, commit }: {
      output: readonly OutgoingRecord[];
      startOffset: number;
      nextOffset: number;
      commit: ReceivedBatch["commit"];
    },
  ): Promise<Settled> {
    const sender = this.#sender ?? await this.#open(startOffset, commit);
    if (startOffset < this.#position) {
      return { kind: "superseded", position: this.#position };
    }
    if (output.length === 0) {
      await commit(nextOffset);
      return { kind: "settled" };
    }
    try {
      await sender.transact(output, this.#groupId, {
        topic: this.#topic,
        partition: this.#partition,
        nextOffset,
      });
    } catch (error) {
      await this.close();
      throw error;
    }
    return { kind: "settled" };
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
    startOffset: number,
    commit: ReceivedBatch["commit"],
    inUse = false,
  ): Promise<TransactionalSender> {
    const sender = await this.#kafka.openTransactional(
      this.#id,
      this.#scope,
      { inUse },
    );
    try {
      const known = await this.#admin.position(
        this.#groupId,
        this.#topic,
        this.#partition,
      );
      if (known === undefined && sender.isInUse) this.#doubt();
      this.#doubtedSinceMs = undefined;
      const position = known ?? startOffset;
      if (position < startOffset) {
        throw new FatalError(
          `Records ${position} to ${
            startOffset - 1
          } of partition ${this.#partition} of ${this.#topic} were passed over`,
        );
      }
      await commit(position);
      if (sender.isInUse) {
        this.#sender = sender;
        this.#position = position;
        return sender;
      }
    } catch (error) {
      await sender.close();
      throw error;
    }
    // From now on whoever opens the id knows that there is a position.
    await sender.close();
    return await this.#open(startOffset, commit, true);
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
