import type { Database } from "#runtime/postgres/database.ts";
import type { ActionLog } from "../actions/action_log.ts";
import { itself } from "./job_run.ts";

/** Stops all jobs that are about records of a topic, whether they run or wait. */
export async function stopJobsOf(
  { database, log }: {
    readonly database: Pick<Database, "use">;
    readonly log: Pick<ActionLog, "write">;
  },
  { topic, reason }: { readonly topic: string; readonly reason: string },
): Promise<void> {
  await log.write(itself, async () => {
    const jobs = await database.use((sql) =>
      sql<{ job: string }[]>`
        select id as job from jobs
        where topic = ${topic} and state not in ('stopped', 'done') order by number`
    );
    if (jobs.length === 0) return undefined;
    return {
      actions: jobs.map(({ job }) => ({
        kind: "control",
        job,
        to: "stop",
        reason,
      })),
    };
  });
}
