import type { KafkaAdmin } from "#kafka/port.ts";
import { sleep } from "#runtime/backoff.ts";
import { describeError } from "#runtime/errors.ts";

/** A topic as it is now; `why` it is not known, if it is not. */
export type TopicNow = {
  readonly name: string;
  readonly partitions: readonly {
    readonly partition: number;
    readonly start: number;
    readonly end: number;
  }[];
  readonly why: string | undefined;
};

/** How far a service's group is in its topic. */
export type GroupNow = {
  readonly service: string;
  readonly group: string;
  readonly topic: string;
  readonly members: number | undefined;
  readonly partitions: readonly {
    readonly partition: number;
    readonly position: number | undefined;
    readonly lag: number;
  }[];
  readonly lag: number;
  /** Since when the next record that it reads lies there, as far as that was watched; 0 if it waits for none. */
  readonly lagSeconds: number | undefined;
  readonly why: string | undefined;
};

export type FlowNow = {
  readonly topics: readonly TopicNow[];
  readonly groups: readonly GroupNow[];
};

/** How many records were ever in each topic, at a time. */
export type Sample = {
  readonly atMs: number;
  readonly ends: ReadonlyMap<string, number>;
};

type FlowDeps = {
  readonly admin: Pick<
    KafkaAdmin,
    "startOffsets" | "endOffsets" | "positions" | "members"
  >;
  readonly topics: readonly string[];
  readonly groups: readonly Pick<GroupNow, "service" | "group" | "topic">[];
  readonly clockMs: () => number;
};

/** Kafka is asked at most so often, however many look. */
const FRESH_MS = 2_000;

export const SAMPLE_EVERY_MS = 15_000;

/** An hour of samples. */
const MOST_SAMPLES = 241;

/** How topics grow and how far behind groups are: now, and over the last hour that the desk has run. */
export class Flow {
  readonly #deps: FlowDeps;
  readonly #samples: Sample[] = [];
  #now: { readonly atMs: number; readonly flow: Promise<FlowNow> } | undefined;

  constructor(deps: FlowDeps) {
    this.#deps = deps;
  }

  /** As it is, or was some two seconds ago. What Kafka does not tell is said, and throws nothing. */
  now(): Promise<FlowNow> {
    const nowMs = this.#deps.clockMs();
    if (this.#now === undefined || nowMs - this.#now.atMs > FRESH_MS) {
      this.#now = { atMs: nowMs, flow: this.#ask(nowMs) };
    }
    return this.#now.flow;
  }

  /** The oldest first. */
  get samples(): readonly Sample[] {
    return this.#samples;
  }

  /** Returns when the signal is aborted. */
  async keepSampling(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.now();
      await sleep(SAMPLE_EVERY_MS, signal);
    }
  }

  async #ask(atMs: number): Promise<FlowNow> {
    const { topics, groups } = this.#deps;
    const its = await Promise.all(topics.map((name) => this.#topic(name)));
    this.#keep({
      atMs,
      ends: new Map(
        its.flatMap(({ name, partitions, why }) =>
          why === undefined ? [[name, sum(partitions, ({ end }) => end)]] : []
        ),
      ),
    });
    const ofGroups = await Promise.all(
      groups.map((group) =>
        this.#group(group, its.find(({ name }) => name === group.topic))
      ),
    );
    return { topics: its, groups: ofGroups };
  }

  #keep(sample: Sample): void {
    const last = this.#samples.at(-1);
    // Whoever looks meanwhile adds none: the hour is as long for all.
    if (
      last !== undefined && sample.atMs - last.atMs < SAMPLE_EVERY_MS - FRESH_MS
    ) return;
    this.#samples.push(sample);
    if (this.#samples.length > MOST_SAMPLES) this.#samples.shift();
  }

  async #topic(name: string): Promise<TopicNow> {
    try {
      const [starts, ends] = await Promise.all([
        this.#deps.admin.startOffsets(name),
        this.#deps.admin.endOffsets(name),
      ]);
      const partitions = [...ends].sort(([a], [b]) => a - b)
        .map(([partition, end]) => ({
          partition,
          start: starts.get(partition) ?? 0,
          end,
        }));
      return { name, partitions, why: undefined };
    } catch (error) {
      return { name, partitions: [], why: describeError(error) };
    }
  }

  async #group(
    its: Pick<GroupNow, "service" | "group" | "topic">,
    topic: TopicNow | undefined,
  ): Promise<GroupNow> {
    try {
      const [positions, members] = await Promise.all([
        this.#deps.admin.positions(its.group, its.topic),
        this.#deps.admin.members(its.group),
      ]);
      const partitions = (topic?.partitions ?? []).map(
        ({ partition, start, end }) => {
          const position = positions.get(partition);
          return {
            partition,
            position,
            lag: Math.max(0, end - (position ?? start)),
          };
        },
      );
      const lag = sum(partitions, (one) => one.lag);
      const end = sum(topic?.partitions ?? [], (one) => one.end);
      return {
        ...its,
        members,
        partitions,
        lag,
        lagSeconds: this.#secondsSince(its.topic, end - lag, lag),
        why: topic?.why,
      };
    } catch (error) {
      return {
        ...its,
        members: undefined,
        partitions: [],
        lag: 0,
        lagSeconds: undefined,
        why: describeError(error),
      };
    }
  }

  /** When the topic had that many records, by the samples. */
  #secondsSince(
    topic: string,
    position: number,
    lag: number,
  ): number | undefined {
    if (lag === 0) return 0;
    const nowMs = this.#deps.clockMs();
    const passed = this.#samples.find(({ ends }) =>
      (ends.get(topic) ?? 0) > position
    );
    if (passed === undefined) return 0;
    // Behind all that was watched: it has waited for longer than that.
    if (passed === this.#samples[0]) return undefined;
    return Math.max(0, (nowMs - passed.atMs) / 1_000);
  }
}

/** Records a second, between each sample and the one before; null if one does not tell. */
export function ratesOf(
  samples: readonly Sample[],
  topic: string,
): (number | null)[] {
  return samples.slice(1).map((sample, n) => {
    const before = samples[n];
    const [from, to] = [before?.ends.get(topic), sample.ends.get(topic)];
    if (before === undefined || from === undefined || to === undefined) {
      return null;
    }
    const seconds = (sample.atMs - before.atMs) / 1_000;
    return seconds <= 0 ? null : Math.max(0, to - from) / seconds;
  });
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}
