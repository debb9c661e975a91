/**
 * The history to be asked by SQL: DuckDB over the data files of its tables.
 *
 * @module
 */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import postgres, { type Sql } from "postgres";
import { readTable, type TableColumn, type TableState } from "./catalog.ts";
import { type KeptTopic, keptTopics, tables as names } from "./tables.ts";
import { viewOf } from "./views.ts";

export type History = Disposable & {
  /** Those of which there is a row. */
  readonly tables: ReadonlyMap<KeptTopic, TableState>;
  readonly connection: DuckDBConnection;
};

/**
 * Opens the history as its last commit left it. Each of its tables is a view of that name, and beside it one of that
 * name and `_rows` with every column as it is in the files.
 *
 * @param sql of the catalog's database
 */
export async function openHistory(sql: Sql): Promise<History> {
  const tables = new Map<KeptTopic, TableState>();
  for (const id of keptTopics) {
    const state = await readTable(sql, id);
    if (state !== undefined && state.files.length > 0) tables.set(id, state);
  }
  return await openTables(tables);
}

/** Opens tables whose files are known. */
export async function openTables(
  tables: ReadonlyMap<KeptTopic, TableState>,
): Promise<History> {
  const instance = await DuckDBInstance.create(":memory:", {
    // Nothing is fetched from anywhere on the way to an answer.
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  await connection.run("set TimeZone = 'UTC'");
  for (const [id, state] of tables) {
    await connection.run(
      `create view ${names[id]}_rows as select * from ${filesOf(state)}`,
    );
    await connection.run(
      `create view ${names[id]} as ${viewOf(id, state.columns)}`,
    );
  }
  return {
    tables,
    connection,
    [Symbol.dispose]() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/**
 * Opens the history whose catalog is in a database, as its last commit left it.
 *
 * @param catalog postgres:// URL
 */
export async function openHistoryOf(catalog: string): Promise<History> {
  const sql = postgres(catalog, { max: 1, onnotice: () => {} });
  try {
    return await openHistory(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** By the ids of fields, as Iceberg has it: a file that is older than a column has nothing in it. */
function filesOf({ columns, files }: TableState): string {
  const schema = columns.map(({ fieldId, name, type }) =>
    `${fieldId}: {name: ${text(name)}, type: ${
      text(duckTypes[type] ?? "VARCHAR")
    }, default_value: NULL}`
  );
  return `read_parquet([${
    files.map(({ path }) => text(path)).join()
  }], schema = MAP {${schema.join()}})`;
}

const duckTypes: Readonly<Record<TableColumn["type"], string>> = {
  string: "VARCHAR",
  int: "INTEGER",
  long: "BIGINT",
  binary: "BLOB",
  timestamptz: "TIMESTAMP WITH TIME ZONE",
};

/** As a literal of SQL. */
function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
