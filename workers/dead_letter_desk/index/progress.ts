import type { Database } from "#runtime/postgres/database.ts";

/** How far a topic is in the index, by its partitions: the next offset to be taken in. */
export async function progressIn(
  database: Pick<Database, "use">,
  topic: string,
): Promise<ReadonlyMap<number, number>> {
  const rows = await database.use((sql) =>
    sql<{ partition: number; next: string }[]>`
      select partition, next_offset as next from progress where topic = ${topic}`
  );
  return new Map(rows.map(({ partition, next }) => [partition, Number(next)]));
}
