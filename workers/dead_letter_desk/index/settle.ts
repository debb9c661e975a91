import type postgres from "postgres";
import type { Range } from "../actions/offsets.ts";
import { givenRanges } from "./given_ranges.ts";
import { moving } from "./letter_states.ts";

/**
 * Says what became of records that a job has sent, once the services they were for are past them: what came back as a dead
 * letter of the same service is dead again, all else has passed.
 *
 * @param ranges those that are known to be through; absent: all
 */
export async function settleRecords(
  sql: postgres.TransactionSql,
  job: string,
  ranges?: readonly Range[],
): Promise<void> {
  const inState = (state: string) =>
    ranges === undefined
      ? sql`select r.* from job_records r where r.job = ${job} and r.state = ${state}::job_record_state`
      : sql`select r.* from ${givenRanges(sql, ranges)}
        join job_records r on r.job = ${job} and r.partition = given.partition
          and r."offset" between given.first and given.last
        where r.state = ${state}::job_record_state`;
  await sql`
    with due as materialized (${inState("sent")}), settled as (
      update job_records r set state = 'dead_again'
      from due
        join jobs j on j.id = due.job
        join letters again on again.replay_job = due.job and again.replay_of_partition = due.partition
          and again.replay_of_offset = due."offset" and again.replay_of_topic = j.topic
        join causes failed on failed.id = again.cause
      where r.job = due.job and r.partition = due.partition and r."offset" = due."offset"
        and failed.service = case
          when j.of = 'facts' then j.replay_for
          else (
            select c.service from letters l join causes c on c.id = l.cause
            where l.partition = due.partition and l."offset" = due."offset"
          )
        end
      returning 1
    )
    update jobs set sent = sent - (select count(*) from settled), dead_again = dead_again + (select count(*) from settled)
    where id = ${job}`;
  await sql`
    with due as materialized (${inState("sent")}), settled as (
      update job_records r set state = 'passed'
      from due where r.job = due.job and r.partition = due.partition and r."offset" = due."offset"
      returning 1
    )
    update jobs set sent = sent - (select count(*) from settled), passed = passed + (select count(*) from settled)
    where id = ${job}`;
  for (const to of ["dead_again", "passed"] as const) {
    await sql`
      with target as materialized (
        select l.partition, l."offset", l.cause, l.state, l.currency, l.failed_at, l.amount
        from (${inState(to)}) r
          join jobs j on j.id = r.job and j.of = 'letters'
          join letters l on l.partition = r.partition and l."offset" = r."offset"
        where l.state = 'sent'
        for update of l
      ), ${moving(sql, to)}
      select`;
  }
}
