/**
 * Records of the history, as a reader of their topic has had them.
 *
 * @module
 */
import type {
  DuckDBBlobValue,
  DuckDBTimestampTZValue,
  DuckDBValue,
} from "@duckdb/node-api";
import { Buffer } from "node:buffer";
import { header } from "#kafka/headers.ts";
import type { OffsetRange, ReceivedRecord } from "#kafka/port.ts";
import { StartError } from "#runtime/lifecycle.ts";
import type { History } from "./history.ts";
import { columns, headerColumns, type KeptTopic, tables } from "./tables.ts";

type Row = Readonly<Record<string, DuckDBValue>>;

/**
 * Reads a range of a partition in the order of offsets. Keys and values are what they were to the byte; headers stand in
 * the order of the contract.
 *
 * @throws {StartError} if a record is there twice
 */
export async function* readRecords(
  history: History,
  id: KeptTopic,
  { topic, partition, from, to }: OffsetRange & { readonly topic: string },
): AsyncGenerator<readonly ReceivedRecord[]> {
  if (!history.tables.has(id)) return;
  const result = await history.connection.stream(
    `select * from ${tables[id]}_rows
     where ${columns.topic} = $topic and ${columns.partition} = ${partition}
       and ${columns.offset} >= ${from} and ${columns.offset} < ${to}
     order by ${columns.offset}`,
    { topic },
  );
  let before = -1;
  for await (const rows of result.yieldRowObjects()) {
    const records = rows.map(recordOf);
    for (const { offset } of records) {
      if (offset === before) {
        throw new StartError(
          `The history has ${topic}/${partition}/${offset} twice, so it proves nothing: see "When a row is there twice" in docs/history.md.`,
        );
      }
      before = offset;
    }
    yield records;
  }
}

function recordOf(row: Row): ReceivedRecord {
  const key = row[columns.key] as string | null;
  const value = row[columns.value] as DuckDBBlobValue | null;
  const written = row[columns.timestamp] as DuckDBTimestampTZValue;
  return {
    topic: String(row[columns.topic]),
    partition: Number(row[columns.partition]),
    offset: Number(row[columns.offset]),
    timestampMs: Number(written.micros / 1000n),
    key: key === null ? null : Buffer.from(key),
    value: value === null ? null : Buffer.from(value.bytes),
    headers: headerColumns.flatMap((one) => {
      const found = row[one.column] ?? null;
      return found === null ? [] : [header(one.header, String(found))];
    }),
  };
}

/**
 * The first offset that is there of a topic, by partition.
 *
 * @param of.sinceMs of records as late as this or later, in milliseconds since the epoch; absent: of all
 */
export async function firstOffsets(
  history: History,
  id: KeptTopic,
  { topic, sinceMs = 0 }: {
    readonly topic: string;
    readonly sinceMs?: number | undefined;
  },
): Promise<ReadonlyMap<number, number>> {
  if (!history.tables.has(id)) return new Map();
  const result = await history.connection.runAndReadAll(
    `select ${columns.partition}, min(${columns.offset}) from ${tables[id]}_rows
     where ${columns.topic} = $topic and ${columns.timestamp} >= make_timestamptz(${
      sinceMs * 1000
    })
     group by all`,
    { topic },
  );
  return new Map(
    result.getRows().map(([partition, first]) => [
      Number(partition),
      Number(first),
    ]),
  );
}
