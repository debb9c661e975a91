import type postgres from "postgres";
import type { KafkaClient, ReceivedRecord } from "#kafka/port.ts";
import type { Database } from "#runtime/postgres/database.ts";
import { progressIn } from "./progress.ts";

/**
 * Takes in what a topic has that is not in the index yet: rows, and how far the topic is, all or nothing. What another desk of the
 * same index has taken in is passed.
 *
 * @param ends of its partitions, up to which it is read
 * @param takeIn one read's records, in the order of one partition
 * @throws {TransientError} if Kafka or the database is away; what the topic cannot give is thrown as it is told
 */
export async function followTopic(
  { kafka, database, topic, ends }: {
    readonly kafka: Pick<KafkaClient, "read">;
    readonly database: Pick<Database, "use">;
    readonly topic: string;
    readonly ends: ReadonlyMap<number, number>;
  },
  takeIn: (
    sql: postgres.TransactionSql,
    records: readonly ReceivedRecord[],
  ) => Promise<void>,
): Promise<void> {
  const reached = await progressIn(database, topic);
  const ranges = [...ends].map(([partition, to]) => ({
    partition,
    from: reached.get(partition) ?? 0,
    to,
  })).filter(({ from, to }) => from < to);
  if (ranges.length === 0) return;
  for await (const batch of kafka.read({ topic, ranges })) {
    if (batch.unreadable !== undefined) throw batch.unreadable;
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
