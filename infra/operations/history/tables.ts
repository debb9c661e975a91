/**
 * The tables of the history: one for each topic that is kept for good, with a column for whatever a record of it may
 * say, as the topics' contracts have it.
 *
 * @module
 */
import { cloudEventHeaders, headers } from "#contracts/headers.ts";
import { type TopicId, topics } from "#contracts/topics.ts";

/** Topics of which every record is kept. */
export const keptTopics = [
  "validated",
  "enriched",
  "deadLetters",
] as const satisfies readonly TopicId[];

export type KeptTopic = (typeof keptTopics)[number];

/** Iceberg has tables in namespaces, as a database has them in schemas. */
export const NAMESPACE = "history";

/** Its name in the namespace, and in a query. */
export const tables: Readonly<Record<KeptTopic, string>> = {
  validated: "validated",
  enriched: "enriched",
  deadLetters: "dead_letters",
};

/** What a row has beside its headers: where the record lay, when it was written, and its very bytes. */
export const columns = {
  topic: "topic",
  partition: "record_partition",
  offset: "record_offset",
  /** The record's own timestamp, to the millisecond. By its day, in UTC, tables are partitioned. */
  timestamp: "recorded_at",
  key: "key",
  value: "value",
} as const;

export type HeaderColumn = {
  /** As it stands on a record. */
  readonly header: string;
  readonly column: string;
};

/** Columns of headers, of all topics that are kept. A column is made when the first record with its header comes. */
export const headerColumns: readonly HeaderColumn[] = [
  ...new Set([
    ...keptTopics.flatMap((id) =>
      topics[id].headers.map((name) => headers[name])
    ),
    ...Object.values(cloudEventHeaders),
  ]),
].map((header) => ({
  header,
  column: `header_${header.replace(/^eventflow-/, "").replaceAll("-", "_")}`,
}));
