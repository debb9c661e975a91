import type postgres from "postgres";
import type { DeskAction, Records, What } from "#contracts/desk_action.ts";
import { TransientError } from "#runtime/errors.ts";
import type { Database } from "#runtime/postgres/database.ts";
import type {
  ActionIndex,
  LogEnd,
  ReadActions,
} from "../actions/action_log.ts";
import { countOf, type Range, rangesIn } from "../actions/offsets.ts";
import { givenRanges, jobRecordsIn } from "./given_ranges.ts";
import { moveLetters } from "./letter_states.ts";
import { ofIndexed, ofMany } from "./of_many.ts";
import { settleRecords } from "./settle.ts";
import { markSent } from "./unmapped_states.ts";

type Sql = postgres.TransactionSql;

type Numbered = ReadActions["actions"][number];

/** What they are called on this cluster. */
type Topics = {
  readonly desk: string;
  readonly deadLetters: string;
  readonly unmapped: string;
};

/** The index, as actions take their effect in it. */
export class FoldedActions implements ActionIndex {
  readonly #database: Pick<Database, "use">;
  readonly #topics: Topics;

  constructor(
    database: Pick<Database, "use">,
    topics: Topics,
  ) {
    this.#database = database;
    this.#topics = topics;
  }

  async end(): Promise<LogEnd> {
    const [progress] = await this.#database.use((sql) =>
      sql<{ nextOffset: string; number: string; link: string | null }[]>`
        select next_offset as "nextOffset", chain_number as number, chain_link as link
        from progress where topic = ${this.#topics.desk} and partition = 0`
    );
    return {
      nextOffset: Number(progress?.nextOffset ?? 0),
      number: Number(progress?.number ?? 0),
      link: progress?.link ?? null,
    };
  }

  async has(id: string): Promise<boolean> {
    const rows = await this.#database.use((sql) =>
      sql`select from actions where id = ${id}`
    );
    return rows.length > 0;
  }

  async fold({ actions, end }: ReadActions, from: LogEnd): Promise<void> {
    const { desk } = this.#topics;
    await this.#database.use((sql) =>
      sql.begin(async (sql) => {
        const moved = await sql`
          insert into progress (topic, partition, next_offset, chain_number, chain_link)
          values (${desk}, 0, ${end.nextOffset}, ${end.number}, ${end.link})
          on conflict (topic, partition) do update set
            next_offset = excluded.next_offset,
            chain_number = excluded.chain_number,
            chain_link = excluded.chain_link
          where progress.next_offset = ${from.nextOffset}`;
        // Another desk of the same database has taken them in meanwhile.
        if (moved.count === 0) {
          throw new TransientError("Another desk keeps this index too");
        }
        for (const one of actions) await fold(sql, one, this.#topics);
      })
    );
  }
}

async function fold(
  sql: Sql,
  { number, action }: Numbered,
  topics: Topics,
): Promise<void> {
  const { id, at, by, what } = action;
  await sql`
    insert into actions (number, id, at, subject, via, kind, job, cause, what)
    values (${number}, ${id}, ${at}, ${by.subject}, ${by.via}, ${what.kind},
      ${"job" in what ? what.job : null}, ${
    "cause" in what ? what.cause : null
  }, ${sql.json(withoutBodies(what))})`;
  await effectOf(sql, { number, action }, topics);
}

/** Bodies are in the log, and of a job in its row. */
function withoutBodies(what: What): postgres.JSONValue {
  const shown = what.kind === "edit" && "value_base64" in what.edit
    ? { ...what, edit: { bytes: what.edit.value_base64.length } }
    : what;
  return JSON.parse(JSON.stringify(shown));
}

async function effectOf(
  sql: Sql,
  { number, action }: Numbered,
  topics: Topics,
): Promise<void> {
  const { at, by, what } = action;
  const lettersOf = (records: Records): Range[] =>
    records.topic === topics.deadLetters ? rangesIn(records) : [];
  switch (what.kind) {
    case "select":
      await sql`
        insert into job_selections (job, partition, first, last)
        select ${what.job}, given.* from ${
        givenRanges(sql, rangesIn(what.records))
      }`;
      break;
    case "plan":
      await addJob(sql, { number, action }, what, topics);
      break;
    case "edit":
      await sql`
        update jobs set edit = ${sql.json(what.edit as postgres.JSONValue)}
        where id = ${what.job}`;
      break;
    case "dry_run": {
      const { kind: _, job, ...told } = what;
      await sql`
        update jobs set dry_run = ${
        sql.json({ ...told, at, by: by.subject })
      } where id = ${job}`;
      break;
    }
    case "approve":
      await sql`
        update jobs set state = 'approved', approved_at = ${at}, approved_by = ${by.subject}
        where id = ${what.job} and plan_sha256 = ${what.plan_sha256} and state = 'planned'`;
      break;
    case "control":
      await control(sql, action, what);
      break;
    case "send":
      await markRecords(sql, what, "sent");
      await moveLetters(sql, lettersOf(what.records), {
        from: ["open", "quarantined"],
        to: "sent",
      });
      if (what.records.topic === topics.unmapped) {
        await markSent(sql, rangesIn(what.records));
      }
      break;
    case "pass_over":
      await markRecords(sql, what, "passed_over");
      break;
    case "finish":
      await settleRecords(sql, what.job);
      await sql`
        update jobs set state = 'done', finished_at = ${at}, why = null where id = ${what.job}`;
      break;
    case "discard":
      await moveLetters(sql, lettersOf(what.records), {
        from: ["open", "quarantined"],
        to: "discarded",
      });
      break;
    case "restore":
      await moveLetters(sql, lettersOf(what.records), {
        from: ["discarded", "quarantined"],
        to: "open",
      });
      break;
    case "quarantine":
      await moveLetters(sql, lettersOf(what.records), {
        from: ["open"],
        to: "quarantined",
      });
      break;
    case "acknowledge":
      await sql`
        update causes set acknowledged_at = ${at}, acknowledged_by = ${by.subject}
        where id = ${what.cause}`;
      break;
    case "note":
      await sql`update causes set note = ${what.text} where id = ${what.cause}`;
      break;
    case "unmask":
    case "explain":
    case "explained":
      break;
  }
}

/** Records of a job that are not only selected any more. */
async function markRecords(
  sql: Sql,
  { job, records }: { readonly job: string; readonly records: Records },
  state: "sent" | "passed_over",
): Promise<void> {
  const ranges = rangesIn(records);
  await ofIndexed(sql, countOf(ranges));
  await sql`
    with given as materialized (
      ${jobRecordsIn(sql, { job, ranges, state: "selected" })}
    ), marked as (
      update job_records r set state = ${state}::job_record_state
      from given
      where r.job = given.job and r.partition = given.partition and r."offset" = given."offset" and r.state = 'selected'
      returning r.place
    ), of_them as (
      select count(*) as count, max(place) + 1 as next_place from marked
    )
    update jobs set ${sql(state)} = ${sql(state)} + of_them.count,
      next_place = greatest(jobs.next_place, of_them.next_place)
    from of_them where id = ${job}`;
}

async function addJob(
  sql: Sql,
  { number, action: { at, by } }: Numbered,
  plan: Extract<What, { kind: "plan" }>,
  topics: Topics,
): Promise<void> {
  const topic = {
    letters: topics.deadLetters,
    unmapped: topics.unmapped,
    facts: plan.filter.from ?? "",
  }[plan.of];
  await sql`
    insert into jobs (id, number, of, topic, filter, replay_for, selected, amounts, positions_sha256,
      plan_sha256, options, needs_approval, reason, planned_at, planned_by)
    values (${plan.job}, ${number}, ${plan.of}, ${topic}, ${
    sql.json(plan.filter)
  }, ${plan.replay_for}, ${plan.count}, ${
    sql.json(plan.amounts)
  }, ${plan.positions_sha256}, ${plan.plan_sha256}, ${
    sql.json(plan.options)
  }, ${plan.needs_approval}, ${plan.reason}, ${at}, ${by.subject})`;
  await ofMany(sql, plan.count);
  const place = {
    letters: placeLetters,
    unmapped: placeUnmapped,
    facts: placeFacts,
  }[plan.of];
  await place(sql, plan.job);
  await sql`delete from job_selections where job = ${plan.job}`;
}

/** Letters go in the order of their topic. Those of one payment take each other's places, so that they go by their origins. */
async function placeLetters(sql: Sql, job: string): Promise<void> {
  await sql`
    with its as (
      select g.partition, n as "offset",
        -- What has no payment is by itself, and so is what is not kept any more.
        coalesce(l.payment_id, g.partition || '/' || n) as payment,
        l.origin_topic, l.origin_partition, l.origin_offset,
        row_number() over (order by n, g.partition) as place
      from job_selections g cross join generate_series(g.first, g.last) as n
        left join letter_facts l on l.partition = g.partition and l."offset" = n
      where g.job = ${job}
    ), ranked as (
      select partition, "offset", payment, place,
        row_number() over (partition by payment order by place) as nth_place,
        row_number() over (
          partition by payment order by origin_topic, origin_partition, origin_offset, place
        ) as nth_origin
      from its
    )
    insert into job_records (job, partition, "offset", place)
    select ${job}, mine.partition, mine."offset", slot.place
    from ranked mine join ranked slot
      on slot.payment = mine.payment and slot.nth_place = mine.nth_origin
    order by slot.place`;
}

async function placeFacts(sql: Sql, job: string): Promise<void> {
  await sql`
    insert into job_records (job, partition, "offset", place)
    select ${job}, g.partition, n, row_number() over (order by n, g.partition)
    from job_selections g, generate_series(g.first, g.last) as n
    where g.job = ${job}
    order by n, g.partition`;
}

/** Webhooks go in the order in which the provider's came in, so that those of one payment do: they are in one partition. */
async function placeUnmapped(sql: Sql, job: string): Promise<void> {
  await sql`
    insert into job_records (job, partition, "offset", place)
    select ${job}, g.partition, n, row_number() over (order by u.origin_offset, u.origin_partition, n, g.partition)
    from job_selections g cross join generate_series(g.first, g.last) as n
      left join unmapped u on u.partition = g.partition and u."offset" = n
    where g.job = ${job}`;
}

async function control(
  sql: Sql,
  { at, by }: DeskAction,
  { job, to, reason }: Extract<What, { kind: "control" }>,
): Promise<void> {
  const why = to === "run" ? null : reason ?? `${by.subject} said so`;
  const state = { run: "running", pause: "paused", stop: "stopped" }[to];
  await sql`
    update jobs set state = ${state}::job_state, why = ${why},
      started_at = coalesce(started_at, ${to === "run" ? at : null}),
      finished_at = ${to === "stop" ? at : null}
    where id = ${job} and state not in ('stopped', 'done')`;
}
