import { PartitionError, TransientError } from "#runtime/errors.ts";
import type { Committed, KafkaAdmin, ReceivedRecords } from "#kafka/port.ts";
import { flawOfPosition } from "#kafka/position_check.ts";
import { readNote, writeNote } from "#kafka/position_note.ts";

/**
 * A group coordinator that was loaded anew may answer before it has read its log, and knows no position
 * then; it finds out by the next commit and loads again. To believe it would work through the whole topic
 * once more. A position that is really gone, by an operator's hand, is believed after this long.
 */
const BELIEVED_AFTER_MS = 60_000;

export type GroupPositionOptions = {
  readonly admin: Pick<KafkaAdmin, "position" | "logAround">;
  readonly groupId: string;
  readonly topic: string;
  readonly partition: number;
  /** A compacted topic may remove records, and with them what a log is known by. */
  readonly isCompacted?: boolean;
  /** Is told what an operator must know though work goes on. */
  readonly tell?: (sentence: string) => void;
};

/** A group's position in one partition: where it is, and whether it can go on from there. */
export class GroupPosition {
  readonly #admin: GroupPositionOptions["admin"];
  readonly #groupId: string;
  readonly #topic: string;
  readonly #partition: number;
  readonly #isCompacted: boolean;
  readonly #tell: (sentence: string) => void;
  /** `performance.now()` when Kafka began to say that there is no position. */
  #doubtedSinceMs: number | undefined;
  #decisionTold = "";

  constructor(
    { admin, groupId, topic, partition, ...options }: GroupPositionOptions,
  ) {
    this.#admin = admin;
    this.#groupId = groupId;
    this.#topic = topic;
    this.#partition = partition;
    this.#isCompacted = options.isCompacted ?? false;
    this.#tell = options.tell ?? (() => {});
  }

  get #coordinates(): string {
    return `partition ${this.#partition} of ${this.#topic}`;
  }

  async read(): Promise<Committed | undefined> {
    return await this.#admin.position(
      this.#groupId,
      this.#topic,
      this.#partition,
    );
  }

  /**
   * Reads it if nobody else can move it any more.
   *
   * @param hadOne whether the group is known to have had a position
   * @throws {TransientError} until Kafka has said for a minute that the group has none, though it had one
   */
  async readFinal(hadOne: boolean): Promise<Committed | undefined> {
    const committed = await this.read();
    if (committed === undefined && hadOne) this.#doubt();
    else this.#doubtedSinceMs = undefined;
    return committed;
  }

  /** Where a group is that has no position. */
  beginningAt(startOffset: number): Committed {
    this.#tell(
      `Kafka has no position of ${this.#groupId} in ${this.#coordinates}: it begins at offset ${startOffset}. What it worked on before, if it did, is worked on again`,
    );
    return { nextOffset: startOffset, note: "" };
  }

  /** @throws {PartitionError} if reading began behind the position */
  refuseGap(position: number, startOffset: number): void {
    if (startOffset <= position) return;
    throw new PartitionError(
      `Records ${position} to ${
        startOffset - 1
      } of ${this.#coordinates} were passed over: ${this.#groupId} is at ${position} and was read for from ${startOffset} on: restart the worker`,
      { reason: "records_missing" },
    );
  }

  /**
   * Compares a position with the log. A refusal that the log will not show later is kept with the position.
   *
   * @param commitOffset absent if it cannot be kept: then the position is not refused for it
   * @throws {PartitionError} if the group cannot go on at its position
   */
  async check(
    committed: Committed,
    commitOffset?: ReceivedRecords["commitOffset"],
  ): Promise<void> {
    const { nextOffset, note } = committed;
    const log = await this.#admin.logAround(
      this.#topic,
      this.#partition,
      nextOffset,
    );
    const isCompacted = this.#isCompacted;
    const flaw = flawOfPosition(committed, log, { isCompacted });
    if (flaw === undefined) return this.#tellDecision(committed);
    const { sentence, isLasting } = flaw;
    if (!isLasting) {
      if (commitOffset === undefined) return;
      const refused = `${sentence} (seen at ${new Date().toISOString()})`;
      await commitOffset(nextOffset, writeNote({ ...readNote(note), refused }));
    }
    throw new PartitionError(
      `The position ${nextOffset} of ${this.#groupId} in ${this.#coordinates} ${sentence}: decide where to go on with "deno task positions"`,
      { reason: "position_impossible" },
    );
  }

  #tellDecision({ nextOffset, note }: Committed): void {
    const { decided } = readNote(note);
    if (decided === undefined || this.#decisionTold === note) return;
    this.#decisionTold = note;
    const { by, at, from, reason } = decided;
    this.#tell(
      `${this.#groupId} goes on at offset ${nextOffset} of ${this.#coordinates}, by decision of ${by} at ${at}, from ${from}: ${reason}`,
    );
  }

  #doubt(): void {
    const nowMs = performance.now();
    this.#doubtedSinceMs ??= nowMs;
    if (nowMs - this.#doubtedSinceMs > BELIEVED_AFTER_MS) {
      this.#doubtedSinceMs = undefined;
      return;
    }
    throw new TransientError(
      `Kafka has lost sight of how far ${this.#groupId} is in ${this.#coordinates}`,
    );
  }
}
