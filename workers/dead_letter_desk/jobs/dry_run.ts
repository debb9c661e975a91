import type { Edit, ReasonCount } from "#contracts/desk_action.ts";
import type { Database } from "#runtime/postgres/database.ts";
import type { KafkaClient } from "#kafka/port.ts";
import { countOf, type Range } from "../actions/offsets.ts";
import { applyEdit, EditRefused } from "../edit/apply_edit.ts";
import { foundRanges } from "../index/given_ranges.ts";
import { withoutValues } from "../index/cause.ts";
import { type LetterFilter, ofCauses, ofLetters } from "../queries/filter.ts";
import { judged, type Verdict } from "./judge_process.ts";
import {
  base64Of,
  bytesIn,
  encoded,
  type EncodedOriginal,
  encodedOriginalOf,
  recordsIn,
} from "./originals.ts";

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

/** So many positions are looked up together; their records go by one after the other. */
const AT_ONCE = 50_000;

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
  /** Often the next one says the same. */
  #last = { code: "", message: "", kind: "" };

  count(verdict: Verdict): void {
    if (verdict.passes) this.#passes++;
    else this.fails(verdict.code, verdict.message);
  }

  fails(code: string, message: string, count = 1): void {
    if (count === 0) return;
    this.#fails += count;
    const key = this.#kindOf(code, message);
    const known = this.#reasons.get(key) ??
      (this.#reasons.size < MOST_REASONS
        ? { code, message, count: 0 }
        : this.#reasons.get("other") ??
          { code: "other", message: "for other reasons", count: 0 });
    known.count += count;
    this.#reasons.set(known.code === "other" ? "other" : key, known);
  }

  /** Messages that differ in values alone say the same. */
  #kindOf(code: string, message: string): string {
    if (message !== this.#last.message || code !== this.#last.code) {
      const kind = `${code} ${withoutValues(message)}`;
      this.#last = { code, message, kind };
    }
    return this.#last.kind;
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
): AsyncGenerator<EncodedOriginal> {
  const topic = "job" in what ? what.topic : deps.deadLetterTopic;
  const isOfLetters = !("job" in what) || what.of === "letters";
  for await (const ranges of selected(deps, what, service)) {
    let gone = countOf(ranges);
    for await (const records of recordsIn(deps.kafka, topic, ranges)) {
      for (const record of records) {
        const original = isOfLetters
          ? await encodedOriginalOf(deps.kafka, record)
          : encoded(record);
        if (original === undefined) continue;
        gone--;
        try {
          yield edit === null ? original : withEdit(original, edit);
        } catch (error) {
          if (!(error instanceof EditRefused)) throw error;
          tally.fails("edit_refused", error.message);
        }
      }
    }
    tally.fails("gone", "The record is not kept any more", gone);
  }
}

function withEdit(original: EncodedOriginal, edit: Edit): EncodedOriginal {
  const value = applyEdit(bytesIn(original.value_base64), edit);
  return { ...original, value_base64: base64Of(value) };
}

/** Where the records of one service are, some ten thousands at a time; the next are looked up meanwhile. */
async function* selected(
  deps: DryRunDeps,
  what: Judged,
  service: string,
): AsyncGenerator<Range[]> {
  let ahead: Promise<Range[]> | undefined = nextRanges(deps, what, service);
  while (ahead !== undefined) {
    const ranges: Range[] = await ahead;
    const last = ranges.at(-1);
    ahead = last !== undefined && countOf(ranges) >= AT_ONCE
      ? nextRanges(deps, what, service, last)
      : undefined;
    // Whoever stops before does not ask why it failed.
    ahead?.catch(() => {});
    yield ranges;
  }
}

function nextRanges(
  { database }: DryRunDeps,
  what: Judged,
  service: string,
  { partition, last }: Pick<Range, "partition" | "last"> = {
    partition: -1,
    last: -1,
  },
): Promise<Range[]> {
  return database.use((sql) => {
    const behind = sql`(partition, "offset") > (${partition}, ${last})`;
    const positions = "job" in what
      ? what.of === "facts"
        ? sql`
          select partition, "offset" from job_records
          where job = ${what.job} and ${behind} order by 1, 2 limit ${AT_ONCE}`
        : sql`
          select r.partition, r."offset" from (
            select * from job_records where job = ${what.job} and ${behind}
          ) r join letters l using (partition, "offset") join causes c on c.id = l.cause
          where c.service = ${service} order by 1, 2 limit ${AT_ONCE}`
      : sql`
          select l.partition, l."offset" from (select * from letters where ${behind}) l join causes c on c.id = l.cause
          where ${ofCauses(sql, { ...what.filter, service })} and ${
        ofLetters(sql, what.filter)
      }
          order by 1, 2 limit ${AT_ONCE}`;
    return foundRanges(sql, positions);
  });
}
