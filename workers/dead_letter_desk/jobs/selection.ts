import type { Database } from "#runtime/postgres/database.ts";
import { countOf, type Range } from "../actions/offsets.ts";
import { foundRanges } from "../index/given_ranges.ts";
import { ofMany } from "../index/of_many.ts";
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
      const ranges = await foundRanges(sql, chosen);
      await ofMany(sql, countOf(ranges));
      const amounts = await sql<Amount[]>`
        select currency, sum(amount)::text as amount from (${chosen}) chosen
        where currency is not null group by currency order by currency`;
      const [earlier] = await sql<{ count: string; letter: string | null }[]>`
        select count(*) as count, min(partition || '/' || "offset") as letter
        from (
          select l.partition, l."offset", l.origin_offset, l.is_chosen,
            max(l.origin_offset) filter (where l.is_chosen) over (
              partition by l.payment_id, l.service, l.origin_topic, l.origin_partition
            ) as last_chosen
          from (
            select l.*, c.service, ${ofCauses(sql, its)} and ${
        ofLetters(sql, its)
      } as is_chosen
            from letters l join causes c on c.id = l.cause
            where l.state::text in ${sql([...UNRESOLVED])}
              and l.payment_id in (select payment_id from (${chosen}) chosen)
          ) l
        ) l
        where not is_chosen and origin_offset < last_chosen`;
      return {
        ranges,
        count: countOf(ranges),
        amounts,
        earlier: Number(earlier?.count ?? 0),
        anEarlier: earlier?.letter ?? null,
      };
    })
  );
}
