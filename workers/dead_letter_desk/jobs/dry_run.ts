import type { Edit } from "#contracts/desk_action.ts";
import type { Database } from "#runtime/postgres/database.ts";
import { services } from "#contracts/services.ts";
import type { KafkaClient } from "#kafka/port.ts";
import { countOf, type Range } from "../actions/offsets.ts";
import { applyEdit, EditRefused } from "../edit/apply_edit.ts";
import { foundRanges } from "../index/given_ranges.ts";
import { type LetterFilter, ofCauses, ofLetters } from "../queries/filter.ts";
import type { JobOf } from "../queries/jobs.ts";
import type { UnmappedFilter } from "../queries/unmapped.ts";
import { type Forecast, Tally } from "./forecast.ts";
import { judged } from "./judge_process.ts";
import {
  base64Of,
  bytesIn,
  encoded,
  type EncodedOriginal,
  encodedOriginalOf,
  recordsIn,
} from "./originals.ts";
import { pointedRecords, type Pointers } from "./pointed_records.ts";

/** Which records are judged. */
export type Judged =
  | JudgedInLetters
  /** Webhooks that no mapping knew. */
  | { readonly unmapped: UnmappedFilter };

type JudgedInLetters =
  | { readonly filter: LetterFilter }
  | {
    readonly job: string;
    readonly topic: string;
    readonly of: JobOf;
    readonly replayFor: string | null;
  };

const GONE = "The record is not kept any more";

type DryRunDeps = {
  readonly database: Pick<Database, "use">;
  readonly kafka: Pick<KafkaClient, "read">;
  readonly deadLetterTopic: string;
  readonly unmappedTopic: string;
};

/** So many positions are looked up together; their records go by one after the other. */
const AT_ONCE = 50_000;

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
  if ("unmapped" in what) return await dryRunUnmapped(deps, what.unmapped);
  if ("job" in what && what.of === "unmapped") {
    return await dryRunUnmapped(deps, { job: what.job });
  }
  const tally = new Tally();
  for (const service of await servicesOf(deps, what)) {
    const records = originals(deps, { what, service, edit, tally });
    for await (const verdict of judged(service, records)) tally.count(verdict);
  }
  return tally.forecast;
}

/** What becomes a pointer again has not passed. */
async function dryRunUnmapped(
  deps: DryRunDeps,
  which: Pointers,
): Promise<Forecast> {
  const tally = new Tally({ unmappedTopic: deps.unmappedTopic });
  const records = pointedRecords(
    deps,
    which,
    (count) => tally.fails("gone", GONE, count),
  );
  for await (const verdict of judged(services.validator, records)) {
    tally.count(verdict);
  }
  return tally.forecast;
}

async function servicesOf(
  { database }: DryRunDeps,
  what: JudgedInLetters,
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
    what: JudgedInLetters;
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
    tally.fails("gone", GONE, gone);
  }
}

function withEdit(original: EncodedOriginal, edit: Edit): EncodedOriginal {
  const value = applyEdit(bytesIn(original.value_base64), edit);
  return { ...original, value_base64: base64Of(value) };
}

/** Where the records of one service are, some ten thousands at a time; the next are looked up meanwhile. */
async function* selected(
  deps: DryRunDeps,
  what: JudgedInLetters,
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
  what: JudgedInLetters,
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
