/** Something that must move: an owned partition, or the member's way into the group. */
type Watched = {
  doing: "idle" | "attempting" | "waiting";
  /** Since when nothing moved that should have. */
  since: number;
};

export type Stall = {
  /** What stands still, for a person. */
  readonly sentence: string;
  readonly mustExit: boolean;
};

/** A longer gap between two checks means that the process slept (SIGSTOP, a suspended machine). */
const MAX_STEP_MS = 5_000;

/**
 * Notices a consumer that stopped in silence. While Kafka answers and says that records wait,
 *
 * - a partition we own must be attempted again and again, unless it waits on purpose;
 * - joining the group must come to an end;
 *
 * and an attempt must end, whatever Kafka says. That a fetch came in is no sign of life by itself:
 * what is fetched is attempted at once, or something is stuck.
 *
 * Time counts only from check to check, so that a process that slept is not blamed for it.
 */
export class Watchdog {
  readonly #unreadyMs: number;
  readonly #exitMs: number;
  #now = 0;
  #checkedAt: number | undefined;
  /** Present while the member is on its way into the group. */
  #joining: Watched | undefined = { doing: "idle", since: 0 };
  #owned = new Map<number, Watched>();
  /** Records that wait, by partition; undefined while Kafka does not say. */
  #lags: ReadonlyMap<number, number> | undefined;

  /**
   * @param unreadyMs standing still from this long on is told
   * @param exitMs from this long on only a restart helps; an attempt may take as long
   */
  constructor({ unreadyMs, exitMs }: { unreadyMs: number; exitMs: number }) {
    this.#unreadyMs = unreadyMs;
    this.#exitMs = exitMs;
  }

  joining(): void {
    this.#joining ??= { doing: "idle", since: this.#now };
    this.#owned = new Map();
  }

  assigned(partitions: readonly number[]): void {
    this.#joining = undefined;
    this.#owned = new Map(
      partitions.map((one) => [one, { doing: "idle", since: this.#now }]),
    );
  }

  /** A batch of the partition is tried. */
  attempting(partition: number): void {
    this.#moved(partition, "attempting");
  }

  /** The partition waits on purpose until it is attempted again. */
  waiting(partition: number): void {
    this.#moved(partition, "waiting");
  }

  /** Nothing of the partition is in hand. */
  idle(partition: number): void {
    this.#moved(partition, "idle");
  }

  lagKnown(lags: ReadonlyMap<number, number>): void {
    this.#lags = lags;
  }

  lagUnknown(): void {
    this.#lags = undefined;
  }

  /**
   * To be called every second or so.
   *
   * @param nowMs milliseconds that never go back
   * @returns what has stood still the longest, if anything has for too long
   */
  check(nowMs: number): Stall | undefined {
    this.#now += Math.min(nowMs - (this.#checkedAt ?? nowMs), MAX_STEP_MS);
    this.#checkedAt = nowMs;
    const stalls = [
      ...this.#joining === undefined
        ? []
        : [this.#stallOf(this.#joining, this.#lagOfAll(), "group")],
      ...[...this.#owned].map(([partition, watched]) =>
        this.#stallOf(watched, this.#lags?.get(partition) ?? 0, partition)
      ),
    ].filter((stall) => stall !== undefined);
    stalls.sort((a, b) => b.forMs - a.forMs);
    return stalls[0];
  }

  #stallOf(
    watched: Watched,
    lag: number,
    what: number | "group",
  ): Stall & { forMs: number } | undefined {
    const mayRest = watched.doing === "waiting" ||
      (watched.doing === "idle" && lag === 0);
    if (mayRest) watched.since = this.#now;
    const forMs = this.#now - watched.since;
    const attempting = watched.doing === "attempting";
    if (forMs < (attempting ? this.#exitMs : this.#unreadyMs)) return undefined;
    const seconds = Math.round(forMs / 1000);
    return {
      forMs,
      mustExit: forMs >= this.#exitMs,
      sentence: what === "group"
        ? `joining the group has taken ${seconds} s, though Kafka answers and ${lag} records wait`
        : attempting
        ? `an attempt on partition ${what} has taken ${seconds} s: if that is no hang, lower EVENTFLOW_BATCH_MAX_RECORDS or raise EVENTFLOW_STALL_EXIT_MS`
        : `partition ${what} has stood still for ${seconds} s, though Kafka answers and ${lag} records wait`,
    };
  }

  #lagOfAll(): number {
    return [...this.#lags?.values() ?? []].reduce((sum, lag) => sum + lag, 0);
  }

  #moved(partition: number, doing: Watched["doing"]): void {
    const watched = this.#owned.get(partition);
    if (watched === undefined) return;
    watched.doing = doing;
    watched.since = this.#now;
  }
}
