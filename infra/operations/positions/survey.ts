import { TransientError } from "#runtime/errors.ts";
import { isCompacted } from "#kafka/is_compacted.ts";
import type { Committed, KafkaAdmin, LogAround } from "#kafka/port.ts";
import { flawOfPosition } from "#kafka/position_check.ts";

/** A group and the topic that it reads. */
export type Reader = { readonly group: string; readonly topic: string };

/** Where a group is in one partition, and whether it can be there. */
export type GroupStanding = Reader & {
  readonly partition: number;
  /** Absent if the group has none: it begins at the log's start. */
  readonly committed: Committed | undefined;
  readonly log: LogAround;
  /** What is wrong with it, without its place: "is past the log's end 100, …". */
  readonly flaw?: string | undefined;
  /** Why it is not known whether anything is. */
  readonly doubt?: string | undefined;
};

/** Where a group is in every partition of its topic. */
export async function standingsOf(
  admin: KafkaAdmin,
  { group, topic }: Reader,
): Promise<GroupStanding[]> {
  const [description] = await admin.topics([topic]);
  const partitions = description?.partitions ?? 0;
  const mayCompact = await isCompacted(admin, topic);
  const standings: GroupStanding[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const committed = await admin.position(group, topic, partition);
    const around = committed?.nextOffset ?? 0;
    const log = await admin.logAround(topic, partition, around);
    const found = committed && flawIn(committed, log, mayCompact);
    standings.push({ group, topic, partition, committed, log, ...found });
  }
  return standings;
}

function flawIn(
  committed: Committed,
  log: LogAround,
  mayCompact: boolean,
): Pick<GroupStanding, "flaw" | "doubt"> {
  try {
    const flaw = flawOfPosition(committed, log, { isCompacted: mayCompact });
    return { flaw: flaw?.sentence };
  } catch (error) {
    if (error instanceof TransientError) return { doubt: error.message };
    throw error;
  }
}
