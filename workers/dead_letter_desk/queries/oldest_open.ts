import type { Database } from "#runtime/postgres/database.ts";

/** When the open letter that was given up first was; null if none is open. Of each cause its first is read, by index. */
export async function oldestOpen(
  database: Pick<Database, "use">,
): Promise<string | null> {
  const [row] = await database.use((sql) =>
    sql<{ at: Date | null }[]>`
      select min(first.failed_at) as at
      from causes c cross join lateral (
        select failed_at from letters_by_state l
        where l.cause = c.id and l.state = 'open'
        order by l."offset", l.partition desc limit 1
      ) first`
  );
  return row?.at?.toISOString() ?? null;
}
