import type { Edit, ReasonCount } from "#contracts/desk_action.ts";
import type { Database } from "#runtime/postgres/database.ts";
import type { KafkaClient } from "#kafka/port.ts";
import type { Position } from "../actions/offsets.ts";
import { applyEdit, EditRefused } from "../edit/apply_edit.ts";
import { withoutValues } from "../index/cause.ts";
import { type LetterFilter, ofCauses, ofLetters } from "../queries/filter.ts";
import { judged, type Verdict } from "./judge_process.ts";
import { nameOf, type Original, originalOf, recordsAt } from "./originals.ts";

/** What today's code would make of a selection. */
export type Forecast = {
  readonly selected: number;
  readonly would_pass: number;
  readonly would_fail: number;
  readonly reasons: readonly ReasonCount[];
};

/** Which records are judged. */
export type Judged =
  | { readonly filter: LetterFilter }
  | {
    readonly job: string;
    readonly topic: string;
    readonly of: "letters" | "facts";
    readonly replayFor: string | null;
  };

type DryRunDeps = {
  readonly database: Pick<Database, "use">;
  readonly kafka: Pick<KafkaClient, "read">;
  readonly deadLetterTopic: string;
};

/** Read and judged together; in memory there are two of these at most. */
const AT_ONCE = 2_000;

/** Of so many kinds of failure each is counted; the rest are one. */
const MOST_REASONS = 200;

/**
 * Judges records by today's code of the services they failed at, and changes nothing.
 *
 * @throws {DeskRefusal} if a service cannot judge
 */
export async function dryRun(
  deps: DryRunDeps,
  what: Judged,
  { edit = null }: { readonly edit?: Edit | null } = {},
): Promise<Forecast> {
  const tally = new Tally();
  for (const service of await servicesOf(deps, what)) {
    const records = originals(deps, { what, service, edit, tally });
    for await (const verdict of judged(service, records)) tally.count(verdict);
  }
  return tally.forecast;
}

class Tally {
  readonly #reasons = new Map<
    string,
    { code: string; message: string; count: number }
  >();
  #passes = 0;
  #fails = 0;

  count(verdict: Verdict): void {
    if (verdict.passes) {
      this.#passes++;
      return;
    }
    this.#fails++;
    // Messages that differ in values alone say the same.
    const key = `${verdict.code} ${withoutValues(verdict.message)}`;
    const { code, message } = verdict;
    const known = this.#reasons.get(key) ??
      (this.#reasons.size < MOST_REASONS
        ? { code, message, count: 0 }
        : this.#reasons.get("other") ??
          { code: "other", message: "for other reasons", count: 0 });
    known.count++;
    this.#reasons.set(known.code === "other" ? "other" : key, known);
  }

  get forecast(): Forecast {
    return {
      selected: this.#passes + this.#fails,
      would_pass: this.#passes,
      would_fail: this.#fails,
      reasons: [...this.#reasons.values()].sort((a, b) => b.count - a.count),
    };
  }
}

async function servicesOf(
  { database }: DryRunDeps,
  what: Judged,
): Promise<string[]> {
  if ("job" in what && what.of === "facts") {
    return what.replayFor === null ? [] : [what.replayFor];
  }
  const rows = await database.use((sql) =>
    "job" in what
      ? sql<{ service: string }[]>`
        select distinct c.service from job_records r join letters l using (partition, "offset") join causes c on c.id = l.cause
        where r.job = ${what.job} order by 1`
      : sql<{ service: string }[]>`
        select distinct c.service from causes c where ${
        ofCauses(sql, what.filter)
      }
          and exists (select from letters l where l.cause = c.id and ${
        ofLetters(sql, what.filter)
      }) order by 1`
  );
  return rows.map(({ service }) => service);
}

/** The records of one service, edited, in the order of their topic. What cannot be read or edited is counted here. */
async function* originals(
  deps: DryRunDeps,
  { what, service, edit, tally }: {
    what: Judged;
    service: string;
    edit: Edit | null;
    tally: Tally;
  },
): AsyncGenerator<Original> {
  const topic = "job" in what ? what.topic : deps.deadLetterTopic;
  const isOfLetters = !("job" in what) || what.of === "letters";
  let after: Position = { partition: -1, offset: -1 };
  for (;;) {
    const page = await nextPositions(deps, what, service, after);
    const records = await recordsAt(deps.kafka, topic, page);
    for (const position of page) {
      const record = records.get(nameOf(position));
      const original = record &&
        (isOfLetters ? await originalOf(deps.kafka, record) : record);
      if (original === undefined) {
        tally.count({
          passes: false,
          code: "gone",
          message: "The record is not kept any more",
        });
        continue;
      }
      try {
        const value = edit === null
          ? original.value
          : applyEdit(original.value, edit);
        yield { ...original, value };
      } catch (error) {
        if (!(error instanceof EditRefused)) throw error;
        tally.count({
          passes: false,
          code: "edit_refused",
          message: error.message,
        });
      }
    }
    const last = page.at(-1);
    if (last === undefined || page.length < AT_ONCE) return;
    after = last;
  }
}

async function nextPositions(
  { database }: DryRunDeps,
  what: Judged,
  service: string,
  after: Position,
): Promise<Position[]> {
  const rows = await database.use((sql) => {
    const behind =
      sql`(partition, "offset") > (${after.partition}, ${after.offset})`;
    return "job" in what
      ? what.of === "facts"
        ? sql<{ partition: number; offset: string }[]>`
          select partition, "offset" from job_records
          where job = ${what.job} and ${behind} order by 1, 2 limit ${AT_ONCE}`
        : sql<{ partition: number; offset: string }[]>`
          select r.partition, r."offset" from (
            select * from job_records where job = ${what.job} and ${behind}
          ) r join letters l using (partition, "offset") join causes c on c.id = l.cause
          where c.service = ${service} order by 1, 2 limit ${AT_ONCE}`
      : sql<{ partition: number; offset: string }[]>`
        select l.partition, l."offset" from (select * from letters where ${behind}) l join causes c on c.id = l.cause
        where ${ofCauses(sql, { ...what.filter, service })} and ${
        ofLetters(sql, what.filter)
      }
        order by 1, 2 limit ${AT_ONCE}`;
  });
  return rows.map(({ partition, offset }) => ({
    partition,
    offset: Number(offset),
  }));
}
