import type postgres from "postgres";
import type { Cause } from "./cause.ts";
import type { LetterRow } from "./letter_row.ts";

/**
 * Puts letters of one partition into the index, each once however often it is handed in: rows, causes, counters and
 * how far the topic is, all or nothing.
 *
 * @param letters in the order of their offsets
 * @param progress where reading goes on, past records that are no letters too
 */
export async function storeLetters(
  sql: postgres.Sql,
  letters: readonly LetterRow[],
  progress: {
    readonly topic: string;
    readonly partition: number;
    readonly nextOffset: number;
  },
): Promise<void> {
  await sql.begin(async (sql) => {
    if (letters.length > 0) {
      await addCauses(sql, causesOf(letters));
      await addLetters(sql, letters);
    }
    await sql`
      insert into progress (topic, partition, next_offset)
      values (${progress.topic}, ${progress.partition}, ${progress.nextOffset})
      on conflict (topic, partition) do update
      set next_offset = greatest(progress.next_offset, excluded.next_offset)`;
  });
}

type SeenCause = Cause & { firstSeen: string; lastSeen: string };

/** In the order of their ids, so that two writers never wait for each other in a circle. */
function causesOf(letters: readonly LetterRow[]): SeenCause[] {
  const causes = new Map<string, SeenCause>();
  for (const { cause, failedAt } of letters) {
    const { firstSeen = failedAt, lastSeen = failedAt } =
      causes.get(cause.id) ?? {};
    causes.set(cause.id, {
      ...cause,
      ...causes.get(cause.id),
      firstSeen: earlier(firstSeen, failedAt),
      lastSeen: earlier(lastSeen, failedAt) === lastSeen ? failedAt : lastSeen,
    });
  }
  return [...causes.values()].sort((a, b) => a.id < b.id ? -1 : 1);
}

function earlier(a: string, b: string): string {
  return Date.parse(b) < Date.parse(a) ? b : a;
}

async function addCauses(
  sql: postgres.TransactionSql,
  causes: readonly SeenCause[],
): Promise<void> {
  await sql`
    insert into causes (id, service, code, provider, paths, message, first_seen, last_seen)
    select id, service, code, provider, paths, message, "firstSeen", "lastSeen"
    from jsonb_to_recordset(${sql.json([...causes])}) as given (
      id text, service text, code text, provider text, paths text[], message text,
      "firstSeen" timestamptz, "lastSeen" timestamptz
    )
    on conflict (id) do update set
      first_seen = least(causes.first_seen, excluded.first_seen),
      last_seen = greatest(causes.last_seen, excluded.last_seen)
    where causes.first_seen > excluded.first_seen or causes.last_seen < excluded.last_seen`;
}

async function addLetters(
  sql: postgres.TransactionSql,
  letters: readonly LetterRow[],
): Promise<void> {
  const rows = letters.map((
    { cause, source, origin, replay, terms, ...letter },
  ) => ({
    ...letter,
    cause: cause.id,
    source_topic: source.topic,
    source_partition: source.partition,
    source_offset: source.offset,
    origin_topic: origin.topic,
    origin_partition: origin.partition,
    origin_offset: origin.offset,
    replay_of_topic: replay?.of.topic ?? null,
    replay_of_partition: replay?.of.partition ?? null,
    replay_of_offset: replay?.of.offset ?? null,
    replay_job: replay?.job ?? null,
    replay_nth: replay?.nth ?? 0,
    // Larger than a double holds.
    terms: terms.map(String),
  }));
  await sql`
    with given as (
      select * from jsonb_to_recordset(${sql.json(rows)}) as given (
        partition integer, "offset" bigint, cause text, "failedAt" timestamptz,
        source_topic text, source_partition integer, source_offset bigint,
        origin_topic text, origin_partition integer, origin_offset bigint,
        replay_of_topic text, replay_of_partition integer, replay_of_offset bigint,
        replay_job uuid, replay_nth integer,
        "eventId" text, "paymentId" text, amount numeric, currency text,
        attempts integer, bytes integer, terms bigint[],
        account text, "eventType" text, item integer, items integer
      )
    ), new as (
      insert into letter_states (partition, "offset", cause)
      select partition, "offset", cause from given
      on conflict (partition, "offset") do nothing
      returning partition, "offset", cause, state
    ), facts as (
      insert into letter_facts (
        partition, "offset", failed_at, source_topic, source_partition, source_offset,
        origin_topic, origin_partition, origin_offset,
        replay_of_topic, replay_of_partition, replay_of_offset, replay_job, replay_nth,
        event_id, payment_id, amount, currency, attempts, bytes, terms, account, event_type, item, items
      )
      select
        partition, "offset", "failedAt", source_topic, source_partition, source_offset,
        origin_topic, origin_partition, origin_offset,
        replay_of_topic, replay_of_partition, replay_of_offset, replay_job, replay_nth,
        "eventId", "paymentId", amount, currency, attempts, bytes, terms, account, "eventType", item, items
      from given join new using (partition, "offset")
    ), added as (
      select new.*, given.currency, given."failedAt" as failed_at, given.amount
      from new join given using (partition, "offset")
    ), hours as (
      insert into letter_hours (partition, hour, first_offset, last_offset)
      select partition, date_trunc('hour', failed_at, 'UTC'), min("offset"), max("offset")
      from added group by 1, 2 order by 1, 2
      on conflict (partition, hour) do update set
        first_offset = least(letter_hours.first_offset, excluded.first_offset),
        last_offset = greatest(letter_hours.last_offset, excluded.last_offset)
    )
    insert into counters (cause, state, currency, hour, letters, amount)
    select cause, state, coalesce(currency, ''), date_trunc('hour', failed_at, 'UTC'), count(*), coalesce(sum(amount), 0)
    from added
    group by 1, 2, 3, 4
    order by 1, 2, 3, 4
    on conflict (cause, state, currency, hour) do update set
      letters = counters.letters + excluded.letters,
      amount = counters.amount + excluded.amount`;
}
