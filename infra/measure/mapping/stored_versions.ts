import type { Sql } from "postgres";

/** What a database says of the versions of a mapping that made its facts. */
export type StoredVersions = {
  readonly facts: number;
  /** Facts in `events` that another version than the right one made. */
  readonly ofOthers: number;
  /** Rows that stood in `events` before, and of how many facts they are. */
  readonly superseded: number;
  readonly supersededFacts: number;
  /** Facts whose row said something else before: of another payment, or of another amount. */
  readonly wereWrong: number;
};

/** @param version of the mapping that is right */
export async function storedVersions(
  sql: Sql,
  version: number,
): Promise<StoredVersions> {
  const [row] = await sql<Record<keyof StoredVersions, string>[]>`
    select
      (select count(*) from events) as facts,
      (select count(*) from events where mapping_version is distinct from ${version}) as "ofOthers",
      (select count(*) from superseded_events) as superseded,
      (select count(distinct event_id) from superseded_events) as "supersededFacts",
      (
        select count(*) from superseded_events before join events using (event_id)
        where (before.payment_id, before.amount) is distinct from (events.payment_id, events.amount)
      ) as "wereWrong"`;
  return {
    facts: Number(row?.facts),
    ofOthers: Number(row?.ofOthers),
    superseded: Number(row?.superseded),
    supersededFacts: Number(row?.supersededFacts),
    wereWrong: Number(row?.wereWrong),
  };
}
