import type postgres from "postgres";
import type { KafkaAdmin, KafkaClient, ReceivedRecord } from "#kafka/port.ts";
import { readToTheEnd } from "#kafka/read_to_the_end.ts";
import type { Database } from "#runtime/postgres/database.ts";
import { noticeIfAnew } from "./made_anew.ts";
import { progressIn } from "./progress.ts";

/** Takes one read's records in, in the order of one partition. */
export type TakeIn = (
  sql: postgres.TransactionSql,
  records: readonly ReceivedRecord[],
) => Promise<void>;

type FollowDeps = {
  readonly kafka: Pick<KafkaClient, "read">;
  readonly database: Pick<Database, "use">;
  readonly topic: string;
};

/** What takes in all that a topic has whenever it is called. It throws a TransientError if Kafka or the database is away. */
export function followed(
  deps: FollowDeps & {
    readonly admin: Pick<KafkaAdmin, "endOffsets" | "topicId">;
  },
  takeIn: TakeIn,
): () => Promise<void> {
  return async () => {
    await noticeIfAnew(deps);
    await followTopic(
      { ...deps, ends: await deps.admin.endOffsets(deps.topic) },
      takeIn,
    );
  };
}

/**
 * Takes in what a topic has that is not in the index yet: rows, and how far the topic is, all or nothing. What another desk of the
 * same index has taken in is passed.
 *
 * @param ends of its partitions, up to which it is read
 * @throws {TransientError} if Kafka or the database is away; what the topic cannot give is thrown as it is told
 */
export async function followTopic(
  { kafka, database, topic, ends }: FollowDeps & {
    readonly ends: ReadonlyMap<number, number>;
  },
  takeIn: TakeIn,
): Promise<void> {
  const reached = await progressIn(database, topic);
  const ranges = [...ends].map(([partition, to]) => ({
    partition,
    from: reached.get(partition) ?? 0,
    to,
  })).filter(({ from, to }) => from < to);
  if (ranges.length === 0) return;
  for await (const batch of readToTheEnd(kafka, { topic, ranges })) {
    const { partition, records, nextOffset } = batch;
    await database.use((sql) =>
      sql.begin(async (sql) => {
        const moved = await sql`
          insert into progress (topic, partition, next_offset) values (${topic}, ${partition}, ${nextOffset})
          on conflict (topic, partition) do update set next_offset = excluded.next_offset
          where progress.next_offset < excluded.next_offset`;
        if (moved.count > 0 && records.length > 0) await takeIn(sql, records);
      })
    );
  }
}
