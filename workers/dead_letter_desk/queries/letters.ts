import type { Database } from "#runtime/postgres/database.ts";
import type postgres from "postgres";
import type { LetterState } from "../index/letter_states.ts";
import {
  hasCauses,
  isCounted,
  type LetterFilter,
  letterStates,
  ofCauses,
  ofLetters,
} from "./filter.ts";

export type LetterSummary = {
  /** partition/offset in the topic of dead letters. */
  readonly letter: string;
  readonly cause: string;
  readonly service: string;
  readonly code: string;
  /** Who signed the webhook, and to which account it was sent; null of what does not say. */
  readonly provider: string | null;
  readonly account: string | null;
  /** What the provider calls its event; null of what is in our own form. */
  readonly event_type: string | null;
  /** Of several things in the record, which one failed, from 1, and how many there are; null if it is the only one. */
  readonly item: number | null;
  readonly items: number | null;
  readonly message: string;
  readonly state: LetterState;
  readonly failed_at: string;
  /** topic/partition/offset of the record that failed. */
  readonly source: string;
  readonly origin: string;
  readonly replay_of: string | null;
  readonly replay_job: string | null;
  readonly replay_nth: number;
  readonly event_id: string | null;
  readonly payment_id: string | null;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly attempts: number;
  readonly bytes: number;
};

export type LetterPage = {
  readonly letters: readonly LetterSummary[];
  /** Where the next page begins; null behind the last. */
  readonly next: string | null;
};

type LetterColumns = Omit<LetterSummary, "failed_at"> & { failed_at: Date };

const columns = (sql: postgres.Sql) =>
  sql`
  l.partition || '/' || l."offset" as letter, l.cause, c.service, c.code, c.provider, l.account, l.event_type, l.item, l.items, c.message, l.state, l.failed_at,
  l.source_topic || '/' || l.source_partition || '/' || l.source_offset as source,
  l.origin_topic || '/' || l.origin_partition || '/' || l.origin_offset as origin,
  l.replay_of_topic || '/' || l.replay_of_partition || '/' || l.replay_of_offset as replay_of,
  l.replay_job, l.replay_nth, l.event_id, l.payment_id, l.amount::text, l.currency, l.attempts, l.bytes`;

const summary = (row: LetterColumns): LetterSummary => ({
  ...row,
  failed_at: row.failed_at.toISOString(),
});

/**
 * Letters, the latest first, by pages that begin behind a letter: whatever comes in meanwhile moves nothing.
 *
 * @param page whose `after` is the last letter of the page before
 */
export async function lettersOf(
  database: Pick<Database, "use">,
  filter: LetterFilter,
  { after, limit = 50 }: { after?: string | undefined; limit?: number } = {},
): Promise<LetterPage> {
  const [partition = "", offset = ""] = after?.split("/") ?? [];
  const rows = await database.use((sql) => {
    const behind = after === undefined
      ? sql`true`
      : sql`(l."offset", l.partition) < (${Number(offset)}, ${
        Number(partition)
      })`;
    const order = sql`order by l."offset" desc, l.partition desc limit ${
      limit + 1
    }`;
    // An id says more than a cause.
    if (filter.id !== undefined || filter.letter !== undefined) {
      return sql<LetterColumns[]>`
        select ${columns(sql)}
        from letters l join causes c on c.id = l.cause
        where ${ofLetters(sql, filter)} and ${
        ofCauses(sql, filter)
      } and ${behind} ${order}`;
    }
    // Else the newest of each state, or of each cause and state, are few rows to choose from, and stand first in an index. Where
    // counters say that there are none of a currency, none are looked for.
    const newest = (ofCause: postgres.Fragment, hasAny: postgres.Fragment) =>
      sql`(values ${
        stateValues(sql, filter.state)
      }) as s (state) cross join lateral (
        select * from letters_by_state l
        where ${ofCause} and l.state = s.state and ${behind}
          and ${ofLetters(sql, { ...filter, state: undefined })} ${order}
      ) l where ${hasAny}`;
    const { currency } = filter;
    const hasCurrency = currency === undefined ? sql`true` : sql`exists (
      select from counters n where n.cause = c.id and n.state = s.state and n.currency = ${currency} and n.letters > 0
    )`;
    if (currency === undefined && !hasCauses(filter)) {
      return sql<LetterColumns[]>`
        select ${columns(sql)}
        from (select l.* from ${
        newest(sql`true`, sql`true`)
      } ${order}) l join causes c on c.id = l.cause ${order}`;
    }
    return sql<LetterColumns[]>`
      select ${columns(sql)}
      from causes c cross join lateral (
        select l.* from ${newest(sql`l.cause = c.id`, hasCurrency)}
      ) l
      where ${ofCauses(sql, filter)} ${order}`;
  });
  const letters = rows.slice(0, limit).map(summary);
  return {
    letters,
    next: rows.length > limit ? letters.at(-1)?.letter ?? null : null,
  };
}

/** Each state by itself has an index that ends where the newest are. */
function stateValues(sql: postgres.Sql, state: LetterState | undefined) {
  const states = state === undefined ? letterStates : [state];
  const [first, ...others] = states.map((one) => sql`(${one}::letter_state)`);
  return others.reduce((list, one) => sql`${list}, ${one}`, first ?? sql``);
}

/** Past so many, what counters do not tell is not counted on. */
const COUNTED_TO = 10_000;

export type Counted = {
  readonly count: number;
  /** There are more, and how many was not counted. */
  readonly isAtLeast: boolean;
};

/** How many letters a filter finds: exact if counters can tell, else up to ten thousand. */
export async function countLetters(
  database: Pick<Database, "use">,
  filter: LetterFilter,
): Promise<Counted> {
  const { state, currency } = filter;
  const [row] = await database.use((sql) =>
    isCounted(filter)
      ? sql<{ count: string }[]>`
        select coalesce(sum(n.letters), 0) as count
        from counters n join causes c on c.id = n.cause
        where ${ofCauses(sql, filter)}
          ${
        state === undefined ? sql`` : sql`and n.state = ${state}::letter_state`
      }
          ${currency === undefined ? sql`` : sql`and n.currency = ${currency}`}`
      : sql<{ count: string }[]>`
        select count(*) as count from (
          select from letters l join causes c on c.id = l.cause
          where ${ofLetters(sql, filter)} and ${ofCauses(sql, filter)}
          limit ${COUNTED_TO + 1}
        ) found`
  );
  const count = Number(row?.count ?? 0);
  const isAtLeast = !isCounted(filter) && count > COUNTED_TO;
  return { count: isAtLeast ? COUNTED_TO : count, isAtLeast };
}

/** Letters that are about the same payment, in the order of their origins. */
export async function lettersOfPayment(
  database: Pick<Database, "use">,
  paymentId: string,
  limit = 200,
): Promise<LetterSummary[]> {
  const rows = await database.use((sql) =>
    sql<LetterColumns[]>`
      select ${columns(sql)}
      from letters l join causes c on c.id = l.cause
      where l.payment_id = ${paymentId}
      order by l.origin_topic, l.origin_partition, l.origin_offset, l."offset"
      limit ${limit}`
  );
  return rows.map(summary);
}
