import type postgres from "postgres";
import { countOf, type Range } from "../actions/offsets.ts";
import { givenRanges, jobRecordsIn } from "./given_ranges.ts";
import { ofIndexed, ofMany } from "./of_many.ts";
import { moving } from "./letter_states.ts";
import { movingUnmapped } from "./unmapped_states.ts";

/** How many were settled, by what became of them. */
export type Settled = {
  readonly passed: number;
  readonly dead_again: number;
  readonly unmapped_again: number;
};

/**
 * Says what became of records that a job has sent, once the services they were for are past them: what came back as a dead
 * letter of the same service is dead again, an unmapped webhook of which there is a new pointer is unmapped again, all else has
 * passed.
 *
 * @param ranges those that are known to be through; absent: all
 */
export async function settleRecords(
  sql: postgres.TransactionSql,
  job: string,
  ranges?: readonly Range[],
): Promise<Settled> {
  if (ranges === undefined) {
    const [its] = await sql<{ selected: string }[]>`
      select selected from jobs where id = ${job}`;
    await ofMany(sql, Number(its?.selected ?? 0));
  } else await ofIndexed(sql, countOf(ranges));
  const due = ranges === undefined
    ? sql`select r.* from job_records r where r.job = ${job} and r.state = 'sent'`
    : jobRecordsIn(sql, { job, ranges, state: "sent" });
  const [settled] = await sql<Settled[]>`
    with due as materialized (${due}), failed as (
      select due.partition, due."offset"
      from due
        join jobs j on j.id = due.job
        join letters again on again.replay_job = due.job and again.replay_of_partition = due.partition
          and again.replay_of_offset = due."offset" and again.replay_of_topic = j.topic
        join causes c on c.id = again.cause
      where c.service = case
        when j.of <> 'letters' then j.replay_for
        else (
          select c.service from letter_states s join causes c on c.id = s.cause
          where s.partition = due.partition and s."offset" = due."offset"
        )
      end
    ), unmapped_again as (
      select due.partition, due."offset"
      from due
        join jobs j on j.id = due.job and j.of = 'unmapped'
        join unmapped again on again.replay_job = due.job and again.replay_of_partition = due.partition
          and again.replay_of_offset = due."offset" and again.replay_of_topic = j.topic
    ), outcome as materialized (
      select due.*, case
        when (partition, "offset") in (select partition, "offset" from failed) then 'dead_again'
        when (partition, "offset") in (select partition, "offset" from unmapped_again) then 'unmapped_again'
        else 'passed'
      end as outcome
      from due
    ), settled as (
      update job_records r set state = outcome::job_record_state
      from outcome o where r.job = o.job and r.partition = o.partition and r."offset" = o."offset"
      returning outcome
    ), counts as (
      select count(*) filter (where outcome = 'passed') as passed, count(*) filter (where outcome = 'dead_again') as dead_again,
        count(*) filter (where outcome = 'unmapped_again') as unmapped_again
      from settled
    ), told as (
      update jobs set sent = sent - counts.passed - counts.dead_again - counts.unmapped_again,
        passed = jobs.passed + counts.passed, dead_again = jobs.dead_again + counts.dead_again,
        unmapped_again = jobs.unmapped_again + counts.unmapped_again
      from counts where id = ${job}
    ), target as materialized (
      select s.partition, s."offset", s.state as was, o.outcome::letter_state as becomes
      from outcome o
        join jobs j on j.id = o.job and j.of = 'letters'
        cross join lateral (
          select * from letter_states s where s.partition = o.partition and s."offset" = o."offset" offset 0
        ) s
      where s.state = 'sent'
    ), ${moving(sql)}
    select passed::int as passed, dead_again::int as dead_again, unmapped_again::int as unmapped_again from counts`;
  await settlePointers(sql, job, ranges);
  return settled ?? { passed: 0, dead_again: 0, unmapped_again: 0 };
}

/** The same of what a job of unmapped webhooks is about, once it is known of its records. */
async function settlePointers(
  sql: postgres.TransactionSql,
  job: string,
  ranges: readonly Range[] | undefined,
): Promise<void> {
  const sent = sql`select * from unmapped u where u.state = 'sent'`;
  const due = ranges === undefined ? sent : sql`
    select u.* from ${givenRanges(sql, ranges)} cross join lateral (
      ${sent} and u.partition = given.partition and u."offset" between given.first and given.last
      offset 0
    ) u`;
  await sql`
    with target as materialized (
      select u.partition, u."offset", u.state as was, (case r.state
        when 'dead_again' then 'dead' when 'unmapped_again' then 'unmapped_again' else 'mapped'
      end)::unmapped_state as becomes
      from jobs j
        join job_records r on r.job = j.id
        join (${due}) u on u.partition = r.partition and u."offset" = r."offset"
      where j.id = ${job} and j.of = 'unmapped' and r.state in ('passed', 'dead_again', 'unmapped_again')
    ), ${movingUnmapped(sql)}
    select count(*) from moved`;
}
