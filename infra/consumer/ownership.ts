import { backoffMs } from "#runtime/backoff.ts";
import type { Readiness } from "#runtime/health.ts";
import type { Log } from "#runtime/log.ts";
import type { KafkaAdmin } from "#kafka/port.ts";

/** The part of readiness that it speaks for. */
const PART = "partitions";

/** Time for the member whose turn it is, and for a join that helped nothing to be tried again. */
const AGAIN = { baseMs: 10_000, maxMs: 300_000 };

type Deps = {
  readonly admin: Pick<KafkaAdmin, "owned">;
  readonly groupId: string;
  readonly topic: string;
  readonly readiness: Readiness;
  readonly log: Log;
  readonly rejoin: (reason: string) => void;
  /** Milliseconds that never go back. */
  readonly clock: () => number;
};

/**
 * Sees to it that every partition of the topic is some member's. A group deals partitions out when it is
 * joined and not when a topic gets more of them: what is written to those would wait, and nothing would say so.
 *
 * To join again makes every member let go of its partitions for a moment, so the one that owns the first of
 * them does it, and the others if that has not helped.
 */
export class Ownership {
  readonly #deps: Deps;
  #mine: readonly number[] = [];
  /** How many partitions the topic had when each was somebody's; undefined since the last join. */
  #whole: number | undefined;
  #looking = false;
  /** Set while there is a partition that is nobody's. */
  #missing: { attempt: number; rejoinAt: number } | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** The group has dealt its partitions out, and these are this member's. */
  assigned(partitions: readonly number[]): void {
    this.#mine = partitions;
    this.#whole = undefined;
  }

  /**
   * To be called every few seconds. The group is asked once after each join, and whenever the topic has got
   * more partitions.
   *
   * @param partitions all that the topic has
   */
  async look(partitions: readonly number[]): Promise<void> {
    if (this.#looking || this.#whole === partitions.length) return;
    this.#looking = true;
    try {
      const { admin, groupId, topic } = this.#deps;
      const owned = await admin.owned(groupId, topic);
      if (owned !== undefined) this.#judge(partitions, owned);
    } catch {
      // That Kafka does not answer is said by whoever asks for lag.
    } finally {
      this.#looking = false;
    }
  }

  #judge(partitions: readonly number[], owned: ReadonlySet<number>): void {
    const { groupId, topic, readiness, log, rejoin, clock } = this.#deps;
    const nobodys = partitions.filter((partition) => !owned.has(partition));
    if (nobodys.length === 0) {
      this.#whole = partitions.length;
      this.#missing = undefined;
      return readiness.clear(PART);
    }
    const reason = `partition ${nobodys.join(", ")} of ${topic} is nobody's ` +
      `in ${groupId}: it is joined again`;
    readiness.block(PART, reason);
    if (this.#missing === undefined) log.warn("{reason}", { reason });
    const isMyTurn = this.#mine.includes(Math.min(...owned));
    this.#missing ??= {
      attempt: 0,
      rejoinAt: clock() + (isMyTurn ? 0 : AGAIN.baseMs),
    };
    if (clock() < this.#missing.rejoinAt) return;
    const attempt = this.#missing.attempt + 1;
    const delayMs = AGAIN.baseMs + backoffMs({ attempt, ...AGAIN });
    this.#missing = { attempt, rejoinAt: clock() + delayMs };
    rejoin(reason);
  }
}
