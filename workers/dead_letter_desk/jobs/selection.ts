import type { Database } from "#runtime/postgres/database.ts";
import { countOf, type Range } from "../actions/offsets.ts";
import type { Amount } from "../queries/causes.ts";
import { type LetterFilter, ofCauses, ofLetters } from "../queries/filter.ts";

/** What a plan is about. */
export type Selection = {
  readonly ranges: readonly Range[];
  readonly count: number;
  readonly amounts: readonly Amount[];
  /** Letters of the same payments and services that are earlier, unresolved, and not among them. */
  readonly earlier: number;
  /** One of those, as partition/offset. */
  readonly anEarlier: string | null;
};

/** States of letters of which nobody has decided, or not to the end. */
const UNRESOLVED = ["open", "sent", "quarantined"] as const;

/**
 * The letters that a filter finds now and that may be sent: open ones, and quarantined ones if the filter asks for them by name.
 */
export async function selectLetters(
  database: Pick<Database, "use">,
  filter: LetterFilter,
): Promise<Selection> {
  const its = { ...filter, state: filter.state ?? "open" };
  return await database.use((sql) =>
    sql.begin("isolation level repeatable read", async (sql) => {
      const chosen = sql`
        select l.partition, l."offset", l.payment_id, l.origin_topic, l.origin_partition, l.origin_offset,
          l.amount, l.currency, c.service
        from letters l join causes c on c.id = l.cause
        where ${ofCauses(sql, its)} and ${ofLetters(sql, its)}`;
      const ranges = await sql<
        { partition: number; first: string; last: string }[]
      >`
        select partition, min("offset") as first, max("offset") as last
        from (
          select partition, "offset", "offset" - row_number() over (partition by partition order by "offset") as island
          from (${chosen}) chosen
        ) numbered
        group by partition, island order by 1, 2`;
      const amounts = await sql<Amount[]>`
        select currency, sum(amount)::text as amount from (${chosen}) chosen
        where currency is not null group by currency order by currency`;
      const [earlier] = await sql<{ count: string; letter: string | null }[]>`
        with chosen as materialized (${chosen})
        select count(distinct (l.partition, l."offset")) as count, min(l.partition || '/' || l."offset") as letter
        from chosen join letters l on l.payment_id = chosen.payment_id
          and l.origin_topic = chosen.origin_topic and l.origin_partition = chosen.origin_partition
          and l.origin_offset < chosen.origin_offset
        join causes c on c.id = l.cause and c.service = chosen.service
        where l.state::text in ${sql([...UNRESOLVED])}
          and not exists (select from chosen o where o.partition = l.partition and o."offset" = l."offset")`;
      const all = ranges.map(({ partition, first, last }) => ({
        partition,
        first: Number(first),
        last: Number(last),
      }));
      return {
        ranges: all,
        count: countOf(all),
        amounts,
        earlier: Number(earlier?.count ?? 0),
        anEarlier: earlier?.letter ?? null,
      };
    })
  );
}
