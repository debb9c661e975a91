import type postgres from "postgres";
import type { Edit, JobOptions, ReasonCount } from "#contracts/desk_action.ts";
import type { Database } from "#runtime/postgres/database.ts";
import type { Amount } from "./causes.ts";

export type JobState =
  | "planned"
  | "approved"
  | "running"
  | "paused"
  | "stopped"
  | "done";

/** What is sent again: dead letters, facts of a topic, or webhooks that no mapping knew. */
export type JobOf = "letters" | "facts" | "unmapped";

export type Outcomes = {
  readonly passed: number;
  readonly dead_again: number;
  /** Of unmapped webhooks: no mapping has known it again. */
  readonly unmapped_again: number;
  /** Selected, and not sent: no longer open when its turn came, or it cannot be sent. */
  readonly passed_over: number;
  /** Not sent yet, or sent and its outcome not known yet. */
  readonly waiting: number;
};

export type DryRunTold = {
  readonly would_pass: number;
  readonly would_stay_unmapped?: number;
  readonly would_fail: number;
  readonly reasons: readonly ReasonCount[];
  readonly version: string;
  readonly at: string;
  readonly by: string;
};

export type Job = {
  readonly job: string;
  /** Of the action that made it: jobs in their order. */
  readonly number: number;
  readonly state: JobState;
  readonly of: JobOf;
  readonly topic: string;
  readonly filter: Readonly<Record<string, string>>;
  readonly replay_for: string | null;
  readonly edit: Edit | null;
  readonly selected: number;
  readonly sent: number;
  readonly outcomes: Outcomes;
  readonly amounts: readonly Amount[];
  readonly positions_sha256: string;
  readonly plan_sha256: string;
  readonly options: JobOptions;
  readonly needs_approval: boolean;
  readonly reason: string | null;
  readonly planned_at: string;
  readonly planned_by: string;
  readonly approved_at: string | null;
  readonly approved_by: string | null;
  readonly dry_run: DryRunTold | null;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  /** Why it does not go on, or what it waits for. */
  readonly why: string | null;
};

type Dates = "planned_at" | "approved_at" | "started_at" | "finished_at";
type JobColumns =
  & Omit<Job, Dates | "number" | "selected" | "sent" | "outcomes">
  & Record<Dates, Date | null>
  & {
    number: string;
    selected: string;
    /** Those whose outcome is not known. */
    sent: string;
    passed: string;
    dead_again: string;
    unmapped_again: string;
    passed_over: string;
  };

const columns = (sql: postgres.Sql) =>
  sql`
  id as job, number, state, of, topic, filter, replay_for, edit, selected, amounts, positions_sha256, plan_sha256,
  options, needs_approval, reason, planned_at, planned_by, approved_at, approved_by, dry_run, started_at, finished_at, why,
  sent, passed, dead_again, unmapped_again, passed_over`;

/** A job by its id, or by the first digits of it that no other has. */
export async function jobOf(
  database: Pick<Database, "use">,
  id: string,
): Promise<Job | undefined> {
  if (!/^[0-9a-f-]{6,36}$/.test(id)) return undefined;
  const rows = await database.use((sql) =>
    sql<JobColumns[]>`
      select ${columns(sql)} from jobs where id::text like ${`${id}%`} limit 2`
  );
  const [row] = rows;
  return row === undefined || rows.length > 1 ? undefined : jobIn(row);
}

/** The latest jobs first. */
export async function jobsOf(
  database: Pick<Database, "use">,
  { states, before, limit = 50 }: {
    states?: readonly JobState[];
    before?: number | undefined;
    limit?: number;
  } = {},
): Promise<Job[]> {
  const rows = await database.use((sql) =>
    sql<JobColumns[]>`
      select ${columns(sql)} from jobs
      where true
        ${
      states === undefined ? sql`` : sql`and state::text in ${sql([...states])}`
    }
        ${before === undefined ? sql`` : sql`and number < ${before}`}
      order by number desc limit ${limit}`
  );
  return rows.map(jobIn);
}

function jobIn(
  {
    sent,
    passed,
    dead_again,
    unmapped_again,
    passed_over,
    number,
    selected,
    ...row
  }: JobColumns,
): Job {
  const all = Number(selected);
  const known = {
    passed: Number(passed),
    dead_again: Number(dead_again),
    unmapped_again: Number(unmapped_again),
  };
  const settled = known.passed + known.dead_again + known.unmapped_again;
  const over = Number(passed_over);
  const at = (date: Date | null) => date?.toISOString() ?? null;
  return {
    ...row,
    number: Number(number),
    selected: all,
    planned_at: at(row.planned_at) ?? "",
    approved_at: at(row.approved_at),
    started_at: at(row.started_at),
    finished_at: at(row.finished_at),
    sent: Number(sent) + settled,
    outcomes: { ...known, passed_over: over, waiting: all - settled - over },
  };
}
