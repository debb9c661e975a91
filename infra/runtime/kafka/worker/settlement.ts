import { FatalError } from "../../errors.ts";
import type {
  KafkaAdmin,
  KafkaClient,
  OutgoingRecord,
  ReceivedBatch,
  TransactionalSender,
} from "../port.ts";

export type Settled =
  | { readonly kind: "settled" }
  /** The group is further than this chunk's beginning: drop what lies before `position`. */
  | { readonly kind: "superseded"; readonly position: number };

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
 * Without output a plain commit does. It may not come before the three steps either: it would move
 * the group back behind the pending transaction of the last owner.
 */
export class Settlement {
  readonly #kafka: Pick<KafkaClient, "openTransactional">;
  readonly #admin: Pick<KafkaAdmin, "positions">;
  readonly #groupId: string;
  readonly #topic: string;
  readonly #partition: number;
  readonly #outputTopics: readonly string[];
  #sender: TransactionalSender | undefined;
  /** Where the group was when the id was opened; what lies before it is finished. */
  #position = 0;

  /** @param options whose `outputTopics` are all that may ever be written to */
  constructor(
    { kafka, admin, groupId, topic, partition, outputTopics }: {
      kafka: Pick<KafkaClient, "openTransactional">;
      admin: Pick<KafkaAdmin, "positions">;
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
    this.#outputTopics = outputTopics;
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

  async close(): Promise<void> {
    const sender = this.#sender;
    this.#sender = undefined;
    await sender?.close();
  }

  async #open(
    startOffset: number,
    commit: ReceivedBatch["commit"],
  ): Promise<TransactionalSender> {
    const id = `${this.#groupId}.${this.#topic}.${this.#partition}`;
    const sender = await this.#kafka.openTransactional(id, {
      groupId: this.#groupId,
      topics: this.#outputTopics,
    });
    try {
      const positions = await this.#admin.positions(this.#groupId, this.#topic);
      const position = positions.get(this.#partition) ?? startOffset;
      if (position < startOffset) {
        throw new FatalError(
          `Records ${position} to ${
            startOffset - 1
          } of partition ${this.#partition} of ${this.#topic} were passed over`,
        );
      }
      await commit(position);
      this.#sender = sender;
      this.#position = position;
      return sender;
    } catch (error) {
      await sender.close();
      throw error;
    }
  }
}
