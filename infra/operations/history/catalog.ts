/**
 * Where a table of the history stands, as the sink's last commit left it: its metadata, which the catalog names, and the
 * data files that are alive in it, which its manifests name. What is read is by Iceberg's specification, version 2.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { Buffer } from "node:buffer";
import { fileURLToPath } from "node:url";
import avro from "avsc";
import type { Sql } from "postgres";
import { z } from "zod";
import { StartError } from "#runtime/lifecycle.ts";
import { type KeptTopic, NAMESPACE, tables } from "./tables.ts";

const Metadata = z.object({
  "current-schema-id": z.int(),
  // Ids have 64 bits, more than a number holds: only that there is one is asked.
  "current-snapshot-id": z.number().nullish(),
  schemas: z.array(z.object({
    "schema-id": z.int(),
    fields: z.array(
      z.object({ id: z.int(), name: z.string(), type: z.string() }),
    ),
  })),
  snapshots: z.array(z.object({
    "sequence-number": z.number(),
    "timestamp-ms": z.number(),
    "manifest-list": z.string(),
  })),
});

export type TableColumn = {
  /** Which it has in every data file, whatever else changes. */
  readonly fieldId: number;
  readonly name: string;
  /** Iceberg's: `string`, `long`, `timestamptz` and so on. */
  readonly type: string;
};

export type DataFile = {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
};

export type TableState = {
  readonly columns: readonly TableColumn[];
  readonly files: readonly DataFile[];
  /** Of the last commit, in milliseconds since the epoch; undefined before the first. */
  readonly committedMs: number | undefined;
};

/**
 * Reads where a table stands.
 *
 * @param sql of the catalog's database
 * @returns undefined if there is no such table yet
 * @throws {StartError} if its files are not in a folder of this machine
 */
export async function readTable(
  sql: Sql,
  id: KeptTopic,
): Promise<TableState | undefined> {
  const [found] = await sql<{ place: string | null }[]>`
    select to_regclass('iceberg_tables')::text as place`;
  if (found?.place == null) return undefined;
  const [row] = await sql<{ metadata_location: string }[]>`
    select metadata_location from iceberg_tables
    where catalog_name = ${NAMESPACE} and table_namespace = ${NAMESPACE}
      and table_name = ${tables[id]}`;
  if (row === undefined) return undefined;
  const text = await readFile(pathOf(row.metadata_location), "utf8");
  const metadata = Metadata.parse(JSON.parse(text));
  const schema = metadata.schemas
    .find((one) => one["schema-id"] === metadata["current-schema-id"]);
  // Nothing but the sink writes, and it appends: the last in sequence is the current one.
  const snapshot = metadata["current-snapshot-id"] == null
    ? undefined
    : metadata.snapshots.toSorted((a, b) =>
      a["sequence-number"] - b["sequence-number"]
    ).at(-1);
  return {
    columns: (schema?.fields ?? []).map(({ id: fieldId, name, type }) => ({
      fieldId,
      name,
      type,
    })),
    files: snapshot === undefined
      ? []
      : await dataFiles(snapshot["manifest-list"]),
    committedMs: snapshot?.["timestamp-ms"],
  };
}

const Manifest = z.object({
  manifest_path: z.string(),
  /** 0: of data files, 1: of deletes. */
  content: z.number(),
});

/** 0: was there, 1: added, 2: deleted. */
const DELETED = 2;

const Entry = z.object({
  status: z.number(),
  data_file: z.object({
    file_path: z.string(),
    record_count: z.bigint(),
    file_size_in_bytes: z.bigint(),
  }),
});

async function dataFiles(manifestList: string): Promise<DataFile[]> {
  const files: DataFile[] = [];
  for (const found of await readAvro(pathOf(manifestList))) {
    const manifest = Manifest.parse(found);
    if (manifest.content !== 0) {
      throw new StartError(
        `${manifest.manifest_path} names rows that were deleted, which EventFlow's reader does not take out: read this table with an engine that does, such as Trino or Spark.`,
      );
    }
    for (const entry of await readAvro(pathOf(manifest.manifest_path))) {
      const { status, data_file } = Entry.parse(entry);
      if (status === DELETED) continue;
      files.push({
        path: pathOf(data_file.file_path),
        rows: Number(data_file.record_count),
        bytes: Number(data_file.file_size_in_bytes),
      });
    }
  }
  return files;
}

/** Longs as bigint: ids of snapshots are larger than a number can be. */
const long = avro.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer(value: bigint) {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(value);
    return buffer;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === "bigint",
  compare: (a: bigint, b: bigint) => a === b ? 0 : a < b ? -1 : 1,
});

async function readAvro(path: string): Promise<unknown[]> {
  const records = avro.createFileDecoder(path, {
    parseHook: (schema) => avro.Type.forSchema(schema, { registry: { long } }),
  });
  return await Array.fromAsync(records);
}

/** @throws {StartError} if it is not on this machine */
function pathOf(location: string): string {
  if (location.startsWith("file:")) return fileURLToPath(new URL(location));
  if (location.startsWith("/")) return location;
  throw new StartError(
    `${location} is not a file on this machine: "deno task history query" reads a history whose files are in a folder. Query this one with an engine that reads Iceberg from there, such as Trino, Spark or Athena.`,
  );
}
