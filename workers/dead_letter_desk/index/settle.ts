import type postgres from "postgres";
import type { Range } from "../actions/offsets.ts";
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
  const within = ranges === undefined ? sql`true` : sql`exists (
    select from jsonb_to_recordset(${sql.json([...ranges])})
      as given (partition integer, first bigint, last bigint)
    where r.partition = given.partition and r."offset" between given.first and given.last)`;
  await sql`
    with settled as (
    update job_records r set state = 'dead_again'
    from jobs j, letters again join causes failed on failed.id = again.cause
    where r.job = ${job} and j.id = r.job and r.state = 'sent'
      and again.replay_job = r.job and again.replay_of_topic = j.topic
      and again.replay_of_partition = r.partition and again.replay_of_offset = r."offset"
      and failed.service = case
        when j.of = 'facts' then j.replay_for
        else (
          select c.service from letters l join causes c on c.id = l.cause
          where l.partition = r.partition and l."offset" = r."offset"
        )
      end
      and ${within}
      returning 1
    )
    update jobs set sent = sent - (select count(*) from settled), dead_again = dead_again + (select count(*) from settled)
    where id = ${job}`;
  await sql`
    with settled as (
      update job_records r set state = 'passed'
      where r.job = ${job} and r.state = 'sent' and ${within}
      returning 1
    )
    update jobs set sent = sent - (select count(*) from settled), passed = passed + (select count(*) from settled)
    where id = ${job}`;
  for (const to of ["dead_again", "passed"] as const) {
    await sql`
      with target as materialized (
        select l.partition, l."offset", l.cause, l.state, l.currency, l.failed_at, l.amount
        from job_records r
          join jobs j on j.id = r.job and j.of = 'letters'
          join letters l using (partition, "offset")
        where r.job = ${job} and r.state = ${to}::job_record_state and l.state = 'sent' and ${within}
        for update of l
      ), ${moving(sql, to)}
      select`;
  }
}
