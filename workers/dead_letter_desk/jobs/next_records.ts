import type { What } from "#contracts/desk_action.ts";
import type { Database } from "#runtime/postgres/database.ts";
import type {
  KafkaClient,
  OutgoingRecord,
  ReceivedRecord,
} from "#kafka/port.ts";
import { sizeOf } from "#kafka/publisher.ts";
import { statedOrigin } from "#kafka/origin.ts";
import type { Part, RecordCoordinates } from "#kafka/record_coordinates.ts";
import {
  MOST_RANGES,
  type Position,
  rangesOf,
  recordsOf,
} from "../actions/offsets.ts";
import { applyEdit, EditRefused } from "../edit/apply_edit.ts";
import type { Job } from "../queries/jobs.ts";
import {
  nameOf,
  type Original,
  originalOf,
  partOf,
  recordsIn,
} from "./originals.ts";
import { addresseeOf, replayRecord } from "./replay_record.ts";

/** Of what is read for one step; a single record may have more. */
const MOST_BYTES = 32 * 1024 * 1024;

/** A record whose turn has come. Of a fact, nothing is in the index. */
type Due = Position & {
  /** Where the record is that is sent, or the letter that has it. */
  readonly at: RecordCoordinates;
  readonly part: Part | undefined;
  readonly state: string | null;
  readonly service: string | null;
  readonly origin: RecordCoordinates | null;
  readonly nth: number;
};

/** What is sent next, and to whom. */
export type Sending = {
  readonly actions: readonly What[];
  readonly records: readonly OutgoingRecord[];
  /** How many are sent, and how many of the step are not. */
  readonly sent: number;
  readonly passedOver: number;
  /** What was sent, by the service that it is for. */
  readonly byService: ReadonlyMap<
    string,
    { readonly topic: string; readonly positions: readonly Position[] }
  >;
};

/**
 * The next records of a job, in its order, as the index has it now. One that is not open any more, because another job has sent
 * it or somebody has discarded it, is passed over, and so is one that is not kept any more or that the job's edit does not fit.
 *
 * @param topics to which replays may go
 * @returns undefined if the job has no more
 */
export async function nextRecords(
  { database, kafka, topics }: {
    readonly database: Pick<Database, "use">;
    readonly kafka: Pick<KafkaClient, "read">;
    readonly topics: readonly string[];
  },
  job: Job,
  count: number,
): Promise<Sending | undefined> {
  const takes = job.filter.state === "quarantined" ? ["quarantined"] : ["open"];
  const isOpen = ({ state }: Due) =>
    job.of === "facts" || takes.includes(state ?? "");
  const all = await dueRecords({ database }, job, count);
  if (all.length === 0) return undefined;
  const { due, kept } = await fitting({ kafka, isOpen }, all);
  const open = due.filter(isOpen);
  const passedOver: Position[] = due.filter((one) => !isOpen(one));
  const records: OutgoingRecord[] = [];
  const byService = new Map<string, { topic: string; positions: Position[] }>();
  for (const one of open) {
    const found = kept.get(nameOf(one.at));
    const record = found?.topic === one.at.topic ? found : undefined;
    const original = record &&
      (job.of === "letters"
        ? await originalOf(kafka, record)
        : { ...record, part: one.part });
    const edited = original && topics.includes(original.topic)
      ? withEdit(original, job)
      : undefined;
    if (edited === undefined) {
      passedOver.push(one);
      continue;
    }
    const service = one.service ?? job.replay_for ?? "";
    const of = {
      topic: job.topic,
      partition: one.partition,
      offset: one.offset,
    };
    records.push(replayRecord(edited, {
      of,
      for: addresseeOf(service),
      job: job.job,
      nth: one.nth + 1,
      origin: one.origin ?? statedOrigin(edited.headers) ?? of,
      isEdited: job.edit !== null,
    }));
    const its = byService.get(service) ??
      { topic: edited.topic, positions: [] };
    byService.set(service, its);
    its.positions.push(one);
  }
  const sends = [...byService].map(([service, { topic, positions }]): What => ({
    kind: "send",
    job: job.job,
    records: recordsOf(job.topic, rangesOf(positions)),
    topic,
    replay_for: addresseeOf(service) ?? null,
  }));
  const passes: What[] = passedOver.length === 0 ? [] : [{
    kind: "pass_over",
    job: job.job,
    records: recordsOf(job.topic, rangesOf(passedOver)),
  }];
  return {
    actions: [...sends, ...passes],
    records,
    sent: records.length,
    passedOver: passedOver.length,
    byService,
  };
}

/** Never more than an action can name, were they all apart. */
function dueRecords(
  { database }: { readonly database: Pick<Database, "use"> },
  job: Job,
  count: number,
): Promise<Due[]> {
  return database.use(async (sql) => {
    const rows = await sql<{
      partition: number;
      offset: string;
      state: string | null;
      service: string | null;
      origin_topic: string | null;
      origin_partition: number | null;
      origin_offset: string | null;
      replay_nth: number | null;
      source_topic: string | null;
      source_partition: number | null;
      source_offset: string | null;
      item: number | null;
      items: number | null;
    }[]>`
      select r.partition, r."offset", coalesce(l.state::text, u.state::text) as state, c.service,
        coalesce(l.origin_topic, u.origin_topic) as origin_topic,
        coalesce(l.origin_partition, u.origin_partition) as origin_partition,
        coalesce(l.origin_offset, u.origin_offset) as origin_offset,
        coalesce(l.replay_nth, u.replay_nth) as replay_nth,
        u.source_topic, u.source_partition, u.source_offset, u.item, u.items
      from (
        select * from job_records
        where job = ${job.job} and state = 'selected'
          and place >= (select next_place from jobs where id = ${job.job})
          and place < (select next_place from jobs where id = ${job.job}) + ${
      Math.min(count, MOST_RANGES)
    }
      ) r
        left join letters l on ${
      job.of === "letters"
    } and l.partition = r.partition and l."offset" = r."offset"
        left join causes c on c.id = l.cause
        left join unmapped u on ${
      job.of === "unmapped"
    } and u.partition = r.partition and u."offset" = r."offset"
      order by r.place`;
    return rows.map((row) => ({
      at: row.source_topic === null
        ? {
          topic: job.topic,
          partition: row.partition,
          offset: Number(row.offset),
        }
        : {
          topic: row.source_topic,
          partition: row.source_partition ?? 0,
          offset: Number(row.source_offset),
        },
      part: partOf(row.item, row.items),
      partition: row.partition,
      offset: Number(row.offset),
      state: row.state,
      service: row.service,
      origin: row.origin_topic === null ? null : {
        topic: row.origin_topic,
        partition: row.origin_partition ?? 0,
        offset: Number(row.origin_offset),
      },
      nth: row.replay_nth ?? 0,
    }));
  });
}

/** As many of the first as are held at once: half of them, or half of those, if they are large. */
async function fitting(
  { kafka, isOpen }: {
    readonly kafka: Pick<KafkaClient, "read">;
    readonly isOpen: (one: Due) => boolean;
  },
  due: readonly Due[],
): Promise<{ due: readonly Due[]; kept: ReadonlyMap<string, ReceivedRecord> }> {
  const kept = new Map<string, ReceivedRecord>();
  let bytes = 0;
  const places = due.filter(isOpen).map(({ at }) => at);
  const topic = places[0]?.topic ?? "";
  const ranges = rangesOf(places.filter((one) => one.topic === topic));
  for await (const records of recordsIn(kafka, topic, ranges)) {
    for (const record of records) {
      kept.set(nameOf(record), record);
      bytes += sizeOf(record);
    }
    if (bytes > MOST_BYTES && due.length > 1) {
      const half = due.slice(0, Math.ceil(due.length / 2));
      return await fitting({ kafka, isOpen }, half);
    }
  }
  return { due, kept };
}

/** Undefined if the edit does not fit. */
function withEdit(original: Original, { edit }: Job): Original | undefined {
  if (edit === null) return original;
  try {
    return { ...original, value: applyEdit(original.value, edit) };
  } catch (error) {
    if (error instanceof EditRefused) return undefined;
    throw error;
  }
}
