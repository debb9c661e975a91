import { headers } from "#contracts/headers.ts";
import { headerText } from "#kafka/headers.ts";
import type { KafkaClient, ReceivedRecord } from "#kafka/port.ts";
import {
  coordinatesInHeader,
  formatCoordinates,
  type RecordCoordinates,
} from "#kafka/record_coordinates.ts";
import type { Database } from "#runtime/postgres/database.ts";
import type { DeskReads } from "../reads.ts";
import { recordsAt } from "../jobs/originals.ts";
import { lettersOfPayment, type LetterSummary } from "./letters.ts";
import { unsignedIn, unsignedText } from "./unsigned.ts";
import { pointersOfKey, type UnmappedPointer } from "./unmapped.ts";

/** Something that happened to an event of a payment. */
export type Step = {
  readonly at: string;
  readonly kind:
    | "received"
    | "validated"
    | "dead_letter"
    | "unmapped"
    | "sent_again"
    | "row"
    /** A row that a fact of a higher version of its mapping has taken the place of. */
    | "superseded";
  /** Where it is: a record as topic/partition/offset, or a row's event_id. */
  readonly where: string;
  readonly event_id: string | null;
  /** Of a dead letter its service and code, of what was sent again its job, of a row its amount and the version of its mapping. */
  readonly what: string;
  /** What it came of, as topic/partition/offset. */
  readonly of: string | null;
};

type Row = {
  readonly event_id: string;
  readonly event_type: string;
  readonly stored_at: Date;
  readonly amount: string | null;
  readonly currency: string | null;
  /** Of what was made of a provider's own webhook. */
  readonly mapping_version: number | null;
  /** When another took its place; null of what stands. */
  readonly superseded_at: Date | null;
  readonly source_topic: string | null;
  readonly source_partition: number | null;
  readonly source_offset: string | null;
};

/** Records of one payment that are looked at. */
const MOST = 200;

/** What is known of a payment, from its webhooks to its rows, in the order in which it happened. */
export async function paymentJourney(
  { database, kafka, topics }: DeskReads,
  paymentId: string,
): Promise<Step[]> {
  const [letters, pointers, rows] = await Promise.all([
    lettersOfPayment(database, paymentId, MOST),
    pointersOfKey(database, paymentId, MOST),
    rowsOf(database, paymentId),
  ]);
  const validated = await recordsOf(kafka, topics.validated, [
    ...rows.flatMap((row) => sourceOf(row) ?? []),
    ...letters.flatMap(({ source }) => coordinatesIn(source) ?? []),
  ]);
  const raw = await recordsOf(
    kafka,
    topics.raw,
    [
      ...letters.flatMap((
        { source, origin },
      ) => [coordinatesIn(source), coordinatesIn(origin)]),
      ...pointers.flatMap(({ source, origin }) => [source, origin]),
      ...validated.flatMap((
        { headers: all },
      ) => [
        coordinatesInHeader(all, headers.source),
        coordinatesInHeader(all, headers.origin),
      ]),
    ].flatMap((one) => one ?? []),
  );
  const steps = [
    ...raw.map(stepOfRaw),
    ...validated.map(stepOfValidated),
    ...letters.map((letter) => stepOfLetter(letter, topics.deadLetters)),
    ...pointers.map((pointer) => stepOfPointer(pointer, topics.unmapped)),
    ...rows.map(stepOfRow),
  ];
  return steps.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** What is stored of it and what was, if the events' table is where the index is, and the desk may read it. */
async function rowsOf(
  database: Pick<Database, "use">,
  paymentId: string,
): Promise<Row[]> {
  return await database.use(async (sql) => {
    const [may] = await sql<{ events: boolean; superseded: boolean }[]>`
      select
        coalesce(has_table_privilege(to_regclass('public.events'), 'select'), false) as events,
        coalesce(has_table_privilege(to_regclass('public.superseded_events'), 'select'), false) as superseded`;
    // A database that was not migrated yet has no column for the version.
    const columns = sql`
      event_id, event_type, stored_at, amount::text, currency,
      (to_jsonb(e) ->> 'mapping_version')::integer as mapping_version, source_topic, source_partition, source_offset`;
    const rows = may?.events !== true ? [] : await sql<Row[]>`
      select ${columns}, null::timestamptz as superseded_at from public.events e
      where payment_id = ${paymentId} order by stored_at limit ${MOST}`;
    const superseded = may?.superseded !== true ? [] : await sql<Row[]>`
      select ${columns}, superseded_at from public.superseded_events e
      where payment_id = ${paymentId} order by superseded_at limit ${MOST}`;
    return [...rows, ...superseded];
  });
}

function sourceOf(
  { source_topic: topic, source_partition: partition, source_offset: offset }:
    Row,
): RecordCoordinates | undefined {
  return topic === null || partition === null || offset === null
    ? undefined
    : { topic, partition, offset: Number(offset) };
}

function coordinatesIn(text: string): RecordCoordinates | undefined {
  const [, topic, partition, offset] = /^(.+)\/(\d+)\/(\d+)$/.exec(text) ?? [];
  return topic === undefined
    ? undefined
    : { topic, partition: Number(partition), offset: Number(offset) };
}

async function recordsOf(
  kafka: Pick<KafkaClient, "read">,
  topic: string,
  all: readonly RecordCoordinates[],
): Promise<ReceivedRecord[]> {
  const its = all.filter((one) => one.topic === topic);
  return its.length === 0
    ? []
    : [...(await recordsAt(kafka, topic, its)).values()];
}

const atOf = ({ timestampMs }: ReceivedRecord) =>
  new Date(timestampMs).toISOString();

function stepOfRaw(record: ReceivedRecord): Step {
  const of = headerText(record.headers, headers.replayOf);
  const receivedAt = Number(headerText(record.headers, headers.receivedAt));
  return {
    at: of === undefined && receivedAt > 0
      ? new Date(receivedAt).toISOString()
      : atOf(record),
    kind: of === undefined ? "received" : "sent_again",
    where: formatCoordinates(record),
    event_id: null,
    what: of === undefined
      ? headerText(record.headers, headers.provider) ?? "a webhook"
      : `job ${headerText(record.headers, headers.replayJob) ?? ""}`,
    of: of ?? null,
  };
}

function stepOfValidated(record: ReceivedRecord): Step {
  const source = headerText(record.headers, headers.source) ?? null;
  const addressee = headerText(record.headers, headers.replayFor);
  return {
    at: atOf(record),
    kind: addressee === undefined ? "validated" : "sent_again",
    where: formatCoordinates(record),
    event_id: null,
    what: addressee === undefined
      ? validatedText(record)
      : `for ${addressee}, job ${
        headerText(record.headers, headers.replayJob) ?? ""
      }`,
    of: addressee === undefined
      ? source
      : headerText(record.headers, headers.replayOf) ?? null,
  };
}

function stepOfLetter(letter: LetterSummary, topic: string): Step {
  return {
    at: letter.failed_at,
    kind: "dead_letter",
    where: `${topic}/${letter.letter}`,
    event_id: letter.event_id,
    what: `${letter.service} ${letter.code}, ${letter.state}`,
    of: letter.source,
  };
}

function stepOfPointer(
  {
    partition,
    offset,
    seen_at,
    provider,
    type,
    state,
    mapping_version,
    source,
  }: UnmappedPointer,
  topic: string,
): Step {
  return {
    at: seen_at,
    kind: "unmapped",
    where: formatCoordinates({ topic, partition, offset }),
    event_id: null,
    what: `${provider} ${type}, ${
      state.replaceAll("_", " ")
    } (mapping ${mapping_version})`,
    of: formatCoordinates(source),
  };
}

function stepOfRow(row: Row): Step {
  const source = sourceOf(row);
  return {
    at: (row.superseded_at ?? row.stored_at).toISOString(),
    kind: row.superseded_at === null ? "row" : "superseded",
    where: row.event_id,
    event_id: row.event_id,
    what: rowText(row),
    of: source === undefined ? null : formatCoordinates(source),
  };
}

function rowText(
  { event_type, amount, currency, mapping_version }: Row,
): string {
  const text = `${event_type} of ${amount ?? "?"} ${currency ?? ""}`.trim();
  return mapping_version === null
    ? text
    : `${text} (mapping ${mapping_version})`;
}

/** That it passed, by which version of its mapping, and what of it the provider did not sign. */
function validatedText({ headers: all, value }: ReceivedRecord): string {
  const version = headerText(all, headers.mappingVersion);
  return [
    version === undefined ? "fits its contract" : `made by mapping ${version}`,
    unsignedText(unsignedIn(value)),
  ].filter((text) => text !== "").join("; ");
}
