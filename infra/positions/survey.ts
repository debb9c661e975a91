import { TransientError } from "#runtime/errors.ts";
import type { Committed, KafkaAdmin, LogAround } from "#runtime/kafka/port.ts";
import { flawOfPosition } from "#runtime/kafka/position_check.ts";

/** A group and the topic that it reads. */
export type Reader = { readonly group: string; readonly topic: string };

/** Where a group is in one partition, and whether it can be there. */
export type Standing = Reader & {
  readonly partition: number;
  /** Absent where the group has none: it begins at the log's start. */
  readonly committed: Committed | undefined;
  readonly log: LogAround;
  /** What is wrong with it, without its place: "is past the log's end 100, …". */
  readonly flaw: string | undefined;
};

/** Where a group is in every partition of its topic. */
export async function standingsOf(
  admin: KafkaAdmin,
  { group, topic }: Reader,
): Promise<Standing[]> {
  const [description] = await admin.topics([topic]);
  const { partitions = 0, config = {} } = description ?? {};
  const isCompacted = config["cleanup.policy"]?.includes("compact") ?? false;
  const standings: Standing[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const committed = await admin.position(group, topic, partition);
    const around = committed?.nextOffset ?? 0;
    const log = await admin.logAround(topic, partition, around);
    const flaw = committed && flawIn(committed, log, isCompacted);
    standings.push({ group, topic, partition, committed, log, flaw });
  }
  return standings;
}

function flawIn(
  committed: Committed,
  log: LogAround,
  isCompacted: boolean,
): string | undefined {
  try {
    return flawOfPosition(committed, log, { isCompacted })?.sentence;
  } catch (error) {
    if (error instanceof TransientError) {
      return `is not known: ${error.message}`;
    }
    throw error;
  }
}
