import type postgres from "postgres";
import type { KafkaAdmin } from "#kafka/port.ts";
import type { Database } from "#runtime/postgres/database.ts";

type Deps = {
  readonly admin: Pick<KafkaAdmin, "topicId">;
  readonly database: Pick<Database, "use">;
  readonly topic: string;
};

/** What is done about a topic that was made anew. */
export type Anew = {
  /** Removes what the index has of the former topic's records, in the transaction that forgets how far it was read. */
  readonly forget?: (sql: postgres.TransactionSql) => Promise<void>;
  /** Does the rest, once that is gone. If it fails, all is done again. */
  readonly begin?: () => Promise<void>;
};

/**
 * Looks whether a topic was deleted and made anew since it was read. A place is a partition and an offset, and the new topic has
 * other records in the places of the former one: they would be taken for known.
 *
 * @throws {TransientError} if Kafka or the database is away
 */
export async function noticeIfAnew(
  { admin, database, topic }: Deps,
  { forget, begin }: Anew = {},
): Promise<void> {
  const id = await admin.topicId(topic);
  // While it is gone, what was read of it is all that anybody has.
  if (id === undefined) return;
  const [known] = await database.use((sql) =>
    sql<{ id: string }[]>`select id from topic_ids where topic = ${topic}`
  );
  if (known?.id === id) return;
  if (known !== undefined) {
    await database.use((sql) =>
      sql.begin(async (sql) => {
        await sql`delete from progress where topic = ${topic}`;
        await forget?.(sql);
      })
    );
    await begin?.();
  }
  await database.use((sql) =>
    sql`
      insert into topic_ids (topic, id) values (${topic}, ${id})
      on conflict (topic) do update set id = excluded.id`
  );
}
