import type { KafkaAdmin, OpenTransaction } from "./port.ts";

/** A partition whose readers have waited for a transaction to end for longer than any of ours takes. */
export type HeldBack = {
  readonly topic: string;
  readonly partition: number;
  /** Written behind it, and read by nobody: records, and the markers of transactions. */
  readonly offsets: number;
  /** Since when nobody has read on, in milliseconds. */
  readonly forMs: number;
  /** Undefined if Kafka does not say whose. */
  readonly transaction: OpenTransaction | undefined;
};

/** Up to which offset a partition can be read, and since when no further. */
type StandingStill = { readonly at: number; readonly sinceMs: number };

/**
 * Finds the partitions whose readers an open transaction holds back: they look as if all were done, for what
 * lies behind its first record is shown to nobody.
 */
export class HeldBackWatch {
  readonly #admin: Pick<KafkaAdmin, "openTransaction">;
  readonly #topic: string;
  readonly #afterMs: number;
  readonly #clock: () => number;
  /** Partitions that can be read less far than they are written, with where that was first seen. */
  #standing = new Map<number, StandingStill>();

  /**
   * @param options whose `afterMs` is longer than a transaction that its producer left takes to be aborted,
   *   and whose `clock` gives milliseconds that never go back
   */
  constructor(
    { admin, topic, afterMs, clock = () => performance.now() }: {
      admin: Pick<KafkaAdmin, "openTransaction">;
      topic: string;
      afterMs: number;
      clock?: () => number;
    },
  ) {
    this.#admin = admin;
    this.#topic = topic;
    this.#afterMs = afterMs;
    this.#clock = clock;
  }

  /**
   * To be called again and again. Never throws: Kafka may not name the transaction's owner, as the broker is
   * away or we have no right to ask. That readers are held back is known anyway.
   *
   * @param ends by partition, how far it can be read and how far it is written
   */
  async look(
    ends: ReadonlyMap<number, { readable: number; written: number }>,
  ): Promise<HeldBack[]> {
    const nowMs = this.#clock();
    const standing = new Map<number, StandingStill>();
    const held: Promise<HeldBack>[] = [];
    for (const [partition, { readable, written }] of ends) {
      if (readable >= written) continue;
      const before = this.#standing.get(partition);
      const now = before?.at === readable
        ? before
        : { at: readable, sinceMs: nowMs };
      standing.set(partition, now);
      const forMs = nowMs - now.sinceMs;
      if (forMs < this.#afterMs) continue;
      held.push(this.#named({ partition, offsets: written - readable, forMs }));
    }
    this.#standing = standing;
    return await Promise.all(held);
  }

  async #named(
    { partition, ...found }: Pick<HeldBack, "partition" | "offsets" | "forMs">,
  ): Promise<HeldBack> {
    const topic = this.#topic;
    const transaction = await this.#admin.openTransaction(topic, partition)
      .catch(() => undefined);
    return { topic, partition, ...found, transaction };
  }
}

/** What holds a partition's readers back, and what to do about it. */
export function describeHeldBack(
  { topic, partition, offsets, forMs, transaction }: HeldBack,
  nowMs: number,
): string {
  const where = `partition ${partition} of ${topic}`;
  if (transaction === undefined) {
    return `${where} has not been readable to its end for ${
      seconds(forMs)
    }: Kafka names no open transaction`;
  }
  const { producerId, transactionalId, sinceMs, startOffset } = transaction;
  const who = transactionalId === undefined
    ? "that no coordinator names to us"
    : `with transactional id ${JSON.stringify(transactionalId)}`;
  return `${where} is held back at offset ${startOffset}, with ${offsets} offsets behind it, by a transaction of producer ${producerId} ${who}, open for ${
    seconds(nowMs - sinceMs)
  }: have that producer end it, or abort it with "kafka-transactions.sh abort --topic ${topic} --partition ${partition} --start-offset ${startOffset}"`;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
