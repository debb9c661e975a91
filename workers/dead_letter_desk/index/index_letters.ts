import type { Database } from "#runtime/postgres/database.ts";
import { progressIn } from "./progress.ts";
import { describeError, PoisonError, TransientError } from "#runtime/errors.ts";
import { done, type Handler } from "#consumer/handler.ts";
import type { KafkaAdmin, KafkaClient, ReceivedRecord } from "#kafka/port.ts";
import { letterRow } from "./letter_row.ts";
import { storeLetters } from "./letter_store.ts";

type Deps = {
  readonly database: Pick<Database, "use">;
  /** Told of a letter that could not be taken in. */
  readonly skipped: (letter: string, reason: string) => void;
};

/**
 * Takes dead letters into the index. It never makes a dead letter of one: what cannot be taken in is told, and passed; it stays
 * in its topic.
 */
export function indexing(deps: Deps): Handler {
  return async (records) => {
    await takeIn(deps, records);
    return records.map(() => done);
  };
}

async function takeIn(
  deps: Deps,
  records: readonly ReceivedRecord[],
): Promise<void> {
  const last = records.at(-1);
  if (last === undefined) return;
  const { topic, partition, offset } = last;
  try {
    const rows = records.flatMap((record) => letterRow(record) ?? []);
    await deps.database.use((sql) =>
      storeLetters(sql, rows, { topic, partition, nextOffset: offset + 1 })
    );
  } catch (error) {
    if (error instanceof TransientError) throw error;
    if (records.length > 1) {
      for (const record of records) await takeIn(deps, [record]);
      return;
    }
    if (!(error instanceof PoisonError) && !(error instanceof TypeError)) {
      throw new TransientError(
        `The index takes nothing in: ${describeError(error)}`,
        { cause: error },
      );
    }
    deps.skipped(`${partition}/${offset}`, describeError(error));
    await deps.database.use((sql) =>
      storeLetters(sql, [], { topic, partition, nextOffset: offset + 1 })
    );
  }
}

/** Read and taken in together, while the index is behind its group. */
const AT_ONCE = 1_000;

/**
 * Brings the index to where its group is, if it is behind: it was emptied, or is another database.
 *
 * @throws {TransientError} if Kafka or the database is away
 */
export async function catchUpWithGroup(
  { kafka, admin, database, topic, groupId, ...rest }: Deps & {
    readonly kafka: Pick<KafkaClient, "read">;
    readonly admin: Pick<KafkaAdmin, "positions" | "startOffsets">;
    readonly topic: string;
    readonly groupId: string;
    readonly told: (
      progress: { partition: number; next: number; to: number },
    ) => void;
  },
): Promise<void> {
  const reached = await progressIn(database, topic);
  const starts = await admin.startOffsets(topic);
  const ranges = [...await admin.positions(groupId, topic)].map((
    [partition, to],
  ) => ({
    partition,
    from: Math.max(reached.get(partition) ?? 0, starts.get(partition) ?? 0),
    to,
  })).filter(({ from, to }) => from < to);
  for await (
    const { partition, records, nextOffset } of kafka.read({ topic, ranges })
  ) {
    for (let from = 0; from < records.length; from += AT_ONCE) {
      await takeIn({ database, ...rest }, records.slice(from, from + AT_ONCE));
    }
    const to = ranges.find((range) => range.partition === partition)?.to ?? 0;
    rest.told({ partition, next: nextOffset, to });
  }
}
