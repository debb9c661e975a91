import type { TopicId } from "#contracts/topics.ts";
import type { KafkaAdmin, OffsetRange } from "#kafka/port.ts";
import { rangesBetween } from "../ranges.ts";
import type { Stage } from "./stages.ts";

/** Outputs are looked for from this long before the window on: clocks of two hosts can differ. */
export const CLOCK_SKEW_MS = 15 * 60_000;

type Admin = Pick<
  KafkaAdmin,
  "positions" | "startOffsets" | "highWatermarks" | "offsetsAt"
>;

/** A partition of a topic as it was when the audit began. */
export type PartitionWindow = OffsetRange & {
  /** Where outputs are looked for: from a little before the window up to the end of all. */
  readonly outputs: OffsetRange;
};

export type Snapshot = {
  /** By topic, in the order of partitions. */
  readonly windows: ReadonlyMap<TopicId, readonly PartitionWindow[]>;
  /** What a stage has finished: the first offset of a partition that it has not. */
  finished(stage: Stage, partition: number): number;
  /** Stages whose group has no position anywhere. */
  readonly idle: ReadonlySet<Stage>;
};

/**
 * Looks where everything is. The order is the proof that what is in flight is not taken for lost: first
 * the positions, then the ends of what is written before a position moves. So everything that belongs
 * to a finished record lies before those ends; what lies behind may belong to later ones.
 */
export async function takeSnapshot(
  { admin, stages, topics, groups, sinceMs, untilMs }: {
    admin: Admin;
    stages: readonly Stage[];
    topics: Readonly<Record<TopicId, string>>;
    groups: Readonly<Record<Stage["group"], string>>;
    sinceMs?: number | undefined;
    untilMs?: number | undefined;
  },
): Promise<Snapshot> {
  const positions = new Map<Stage, ReadonlyMap<number, number>>();
  for (const stage of stages) {
    positions.set(
      stage,
      await admin.positions(groups[stage.group], topics[stage.input]),
    );
  }
  const windows = new Map<TopicId, PartitionWindow[]>();
  for (const id of topicsOf(stages)) {
    windows.set(id, await windowsOf(admin, topics[id], { sinceMs, untilMs }));
  }
  return {
    windows,
    finished(stage, partition) {
      const window = windows.get(stage.input)?.[partition];
      if (window === undefined) return 0;
      const position = positions.get(stage)?.get(partition) ?? window.from;
      return Math.max(window.from, Math.min(window.to, position));
    },
    idle: new Set(stages.filter((one) => positions.get(one)?.size === 0)),
  };
}

/** All topics that stages write. */
export function writtenTopics(stages: readonly Stage[]): TopicId[] {
  return [
    ...new Set<TopicId>([
      "deadLetters",
      ...stages.flatMap(({ output }) =>
        output.kind === "record"
          ? [output.topic, ...output.maps ? ["unmapped" as const] : []]
          : []
      ),
    ]),
  ];
}

/** All topics that stages write or read. */
export function topicsOf(stages: readonly Stage[]): TopicId[] {
  const read = stages.map(({ input }) => input);
  return [...new Set([...writtenTopics(stages), ...read])];
}

async function windowsOf(
  admin: Admin,
  topic: string,
  { sinceMs, untilMs }: {
    sinceMs?: number | undefined;
    untilMs?: number | undefined;
  },
): Promise<PartitionWindow[]> {
  const ends = await admin.highWatermarks(topic);
  const ranges = await rangesBetween(admin, { topic, ends, sinceMs, untilMs });
  const before = sinceMs === undefined ? undefined : await admin.offsetsAt(
    topic,
    Math.max(0, sinceMs - CLOCK_SKEW_MS),
  );
  return ranges.map(({ log: { start, end }, ...range }) => ({
    ...range,
    outputs: {
      partition: range.partition,
      from: Math.max(start, before?.get(range.partition) ?? start),
      to: end,
    },
  }));
}
