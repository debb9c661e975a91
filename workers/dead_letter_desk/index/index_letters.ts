import type postgres from "postgres";
import type { Database } from "#runtime/postgres/database.ts";
import { progressIn } from "./progress.ts";
import { describeError, PoisonError, TransientError } from "#runtime/errors.ts";
import { done, type Handler } from "#consumer/handler.ts";
import type {
  KafkaAdmin,
  KafkaClient,
  OffsetRange,
  ReceivedRecord,
} from "#kafka/port.ts";
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

/** How far a partition is read. */
export type ReadSoFar = {
  readonly partition: number;
  readonly next: number;
  readonly to: number;
};

type ReadDeps = Deps & {
  readonly kafka: Pick<KafkaClient, "read">;
  readonly topic: string;
  readonly told: (soFar: ReadSoFar) => void;
};

/**
 * Brings the index to where its group is, if it is behind: it was emptied, or is another database.
 *
 * @throws {TransientError} if Kafka or the database is away
 */
export async function catchUpWithGroup(
  { admin, groupId, ...deps }: ReadDeps & {
    readonly admin: Pick<KafkaAdmin, "positions" | "startOffsets">;
    readonly groupId: string;
  },
): Promise<void> {
  const { database, topic } = deps;
  const reached = await progressIn(database, topic);
  const starts = await admin.startOffsets(topic);
  const positions = await admin.positions(groupId, topic);
  await readIn(
    deps,
    [...positions].map(([partition, to]) => ({
      partition,
      from: Math.max(reached.get(partition) ?? 0, starts.get(partition) ?? 0),
      to,
    })),
  );
}

/** Removes all letters, with what is counted of them. Their causes stay, as somebody may have written something to one. */
export async function forgetLetters(
  sql: postgres.TransactionSql,
): Promise<void> {
  await sql`truncate letter_states, letter_facts, letter_hours, counters`;
}

/**
 * Takes in all that there is, wherever the group is: it takes in the same, and each letter is in the index once.
 *
 * @throws {TransientError} if Kafka or the database is away
 */
export async function takeInAll(
  { admin, ...deps }: ReadDeps & {
    readonly admin: Pick<KafkaAdmin, "startOffsets" | "endOffsets">;
  },
): Promise<void> {
  const starts = await admin.startOffsets(deps.topic);
  const ends = await admin.endOffsets(deps.topic);
  await readIn(
    deps,
    [...ends].map(([partition, to]) => ({
      partition,
      from: starts.get(partition) ?? 0,
      to,
    })),
  );
}

/** What cannot be read ends its partition's part, and is told: the letters in front of it and in other partitions can be shown. */
async function readIn(
  { kafka, topic, told, ...deps }: ReadDeps,
  all: readonly OffsetRange[],
): Promise<void> {
  const ranges = all.filter(({ from, to }) => from < to);
  for await (
    const { partition, records, nextOffset, unreadable } of kafka.read({
      topic,
      ranges,
    })
  ) {
    for (let from = 0; from < records.length; from += AT_ONCE) {
      await takeIn(deps, records.slice(from, from + AT_ONCE));
    }
    const to = ranges.find((range) => range.partition === partition)?.to ?? 0;
    told({ partition, next: nextOffset, to });
    if (unreadable !== undefined) {
      const letters = `${partition}/${nextOffset} to ${to - 1}`;
      deps.skipped(letters, describeError(unreadable));
    }
  }
}
