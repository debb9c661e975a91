import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { headers } from "#contracts/headers.ts";
import { topics } from "#contracts/topics.ts";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { paymentJson } from "#kit/payment.ts";
import type {
  DataFile,
  TableColumn,
  TableState,
} from "#operations/history/catalog.ts";
import { openTables } from "#operations/history/history.ts";
import { columns, headerColumns } from "#operations/history/tables.ts";
import { median } from "../bench/ratios.ts";
import { Figures, secondsSince } from "../stack/figures.ts";

export type Options = {
  readonly events: number;
  readonly rows: number;
  readonly payments: number;
  readonly json?: string;
};

type Told = { say: (line: string) => void; stopping: AbortSignal };

/** Events of a payment, one behind the other. */
const OF_PAYMENT = 3;
/** Files that are written side by side. */
const WRITERS = 2;
/** Of which one has so many rows as 32 MiB have, the sink's row group. */
const ROW_GROUP = 61_440;

/** @returns whether each payment that was looked for had all of its events */
export async function measureHistory(
  { events, rows, payments, json }: Options,
  { say, stopping }: Told,
): Promise<boolean> {
  const figures = new Figures(say, { events, rows, payments });
  const folder = await mkdtemp(join(tmpdir(), "eventflow-history-load-"));
  try {
    say(`Writing ${events} events, ${rows} in a file …`);
    let began = performance.now();
    const table = await written({ events, rows, folder, stopping });
    figures.told("written, s", secondsSince(began));
    const bytes = table.files.reduce((sum, file) => sum + file.bytes, 0);
    figures.told("files", table.files.length);
    figures.told("bytes an event", +(bytes / events).toFixed(1));
    const found: number[] = [];
    let isExact = true;
    for (let n = 0; n < payments; n++) {
      stopping.throwIfAborted();
      // Anywhere, but of those that have all of their events.
      const payment = Math.floor(
        (n + 0.5) / payments * Math.floor(events / OF_PAYMENT),
      );
      began = performance.now();
      // Opened anew each time, as a command does.
      using history = await openTables(new Map([["validated", table]]));
      const result = await history.connection.runAndReadAll(
        `select * from validated where key = (select ${idOf("pay", payment)})`,
      );
      found.push((performance.now() - began) / 1000);
      isExact &&= result.currentRowCount === OF_PAYMENT;
    }
    figures.told(
      "one payment found, median, s",
      +(median(found) ?? NaN).toFixed(3),
    );
    figures.told(
      "one payment found, longest, s",
      +Math.max(...found).toFixed(3),
    );
    figures.told("exact", isExact);
    await figures.write(json);
    return isExact;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes the files of a table that has the columns of `validated`. */
async function written(
  { events, rows, folder, stopping }: {
    events: number;
    rows: number;
    folder: string;
    stopping: AbortSignal;
  },
): Promise<TableState> {
  const instance = await DuckDBInstance.create(":memory:");
  const files: DataFile[] = [];
  const firsts = Array.from(
    { length: Math.ceil(events / rows) },
    (_, index) => index * rows,
  ).values();
  try {
    await Promise.all(Array.from({ length: WRITERS }, async () => {
      const connection = await instance.connect();
      for (const first of firsts) {
        stopping.throwIfAborted();
        const path = join(folder, `${first}.parquet`);
        const last = Math.min(first + rows, events);
        await writeFile(connection, { path, first, last });
        const { size } = await stat(path);
        files.push({ path, rows: last - first, bytes: size });
      }
      connection.closeSync();
    }));
  } finally {
    instance.closeSync();
  }
  return { columns: tableColumns, files, committedMs: Date.now() };
}

/** What a column has of event number `i`. */
const sources: Readonly<
  Record<string, { readonly type: TableColumn["type"]; readonly of: string }>
> = {
  [columns.key]: { type: "string", of: idOf("pay", `i // ${OF_PAYMENT}`) },
  [columns.value]: { type: "binary", of: `encode(${valueOf()})` },
  [columns.topic]: { type: "string", of: `'${topics.validated.name}'` },
  [columns.partition]: {
    type: "int",
    of: `((i // ${OF_PAYMENT}) % ${topics.validated.partitions})::integer`,
  },
  // Some hundred events in a transaction, which takes an offset too.
  [columns.offset]: { type: "long", of: "i + i // 100" },
  // A hundred a second.
  [columns.timestamp]: {
    type: "timestamptz",
    of: "make_timestamptz(1750000000000000 + i * 10000)",
  },
  [columnOf(headers.receivedAt)]: {
    type: "string",
    of: "(1750000000000 + i * 10 - 20)::varchar",
  },
  [columnOf(headers.provider)]: { type: "string", of: "'simulator'" },
  [columnOf(headers.source)]: {
    type: "string",
    of:
      `'${topics.raw.name}/' || (i // ${OF_PAYMENT}) % ${topics.raw.partitions} || '/' || i`,
  },
};

const tableColumns: readonly TableColumn[] = Object.entries(sources)
  .map(([name, { type }], index) => ({ fieldId: index + 1, name, type }));

/** In the order in which records come, with a Bloom filter of the key, and compressed as the sink does. */
async function writeFile(
  connection: DuckDBConnection,
  { path, first, last }: { path: string; first: number; last: number },
): Promise<void> {
  const select = Object.entries(sources).map(([name, { of }]) =>
    `${of} as ${name}`
  );
  const ids = tableColumns.map(({ name, fieldId }) => `${name}: ${fieldId}`);
  await connection.run(
    `copy (select ${select.join()} from range(${first}, ${last}) numbers(i))
     to '${path}' (
       format parquet, compression zstd, compression_level 9, row_group_size ${ROW_GROUP},
       dictionary_size_limit ${ROW_GROUP}, string_dictionary_page_size_limit ${
      2 * 1024 * 1024
    },
       field_ids {${ids.join()}}
     )`,
  );
}

function columnOf(header: string): string {
  const found = headerColumns.find((one) => one.header === header);
  if (found === undefined) throw new Error(`There is no column of ${header}`);
  return found.column;
}

/** An id as random as providers' are, and the same whenever it is asked for. */
function idOf(kind: string, number: string | number): string {
  return `'${kind}_' || md5('${kind}' || (${number}))::uuid::varchar`;
}

/** The event's JSON, with ids, amount and time of its own. */
function valueOf(): string {
  const marks: Readonly<Record<string, string>> = {
    EVENT: idOf("evt", "i"),
    PAYMENT: idOf("pay", `i // ${OF_PAYMENT}`),
    ORDER: idOf("ord", `i // ${OF_PAYMENT}`),
    AUTH: idOf("auth", "i"),
    TIME:
      `strftime(make_timestamp(1750000000000000 + i * 10000), '%Y-%m-%dT%H:%M:%S.%gZ')`,
    "7777777":
      "(hash(i) % 100000)::varchar || '.' || lpad((hash(i + 1) % 100)::varchar, 2, '0')",
  };
  const text = paymentJson({
    eventId: "EVENT",
    paymentId: "PAYMENT",
    orderId: "ORDER",
    providerAuthId: "AUTH",
    amount: "7777777",
    timestamp: "TIME",
    source: "payment-simulator",
  });
  return text.split(new RegExp(`(${Object.keys(marks).join("|")})`))
    .map((part) => marks[part] ?? `'${part.replaceAll("'", "''")}'`)
    .join(" || ");
}
